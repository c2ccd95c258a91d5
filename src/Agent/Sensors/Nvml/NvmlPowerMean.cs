namespace Agent.Sensors.Nvml;

/// <summary>Over how long back a GPU averages the power it tells.</summary>
internal static class NvmlPowerMean
{
    private const uint Ampere = 7;

    /// <summary>The boards with the chip GA100, of the same architecture number as the rest of Ampere.</summary>
    private static readonly string[] Ga100 = ["A100", "A100X", "A30", "A30X", "A800"];

    /// <summary>1 s on Ampere and newer, but for GA100; the power of the moment elsewhere.</summary>
    /// <remarks>See nvmlDeviceGetPowerUsage in nvml.h.</remarks>
    public static TimeSpan Of(uint architecture, string name) =>
        architecture < Ampere || (architecture == Ampere && name.Split(' ', '-').Intersect(Ga100).Any())
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(1);
}
