using Agent.Config;

namespace Agent.Sensors.Nvml;

/// <summary>Says in a sentence whether NVML is held open for a GPU, and why.</summary>
internal static class NvmlHoldFindings
{
    /// <summary>Null for a GPU that cannot be read anyway.</summary>
    public static Finding? Of(NvmlGpuReport report) => report is { Failure: null, Holding: { } holding }
        ? Of($"{report.Gpu.Name} ({NvmlFiles.Address(report.Gpu.PciBusId)})", holding)
        : null;

    private static Finding Of(string gpu, NvmlHolding holding) => holding switch
    {
        { Hold: NvmlHold.Always, MaySleep: true } => Good(
            $"{gpu}: NVML is held open, so it never falls asleep (sensors.nvml.hold: always)."),
        { Hold: NvmlHold.Always } => Good($"{gpu}: NVML is held open (sensors.nvml.hold: always)."),
        { Hold: NvmlHold.Never, AllMaySleep: false, Persistence: not true } => new(
            Verdict.Warning,
            NvmlSensor.Name,
            $"{gpu}: NVML is let go of after {NvmlRest.IdleLooks} s idle (sensors.nvml.hold: never). Its persistence mode is "
                + $"{(holding.Persistence is null ? "not known" : "off")}: the driver may tear its state down each time, which "
                + "costs 1.5 s at full power (P0) at the next start, and what it draws meanwhile.",
            "Set sensors.nvml.hold: auto, or switch persistence mode on (nvidia-persistenced)."),
        { Hold: NvmlHold.Never } => Good(
            $"{gpu}: NVML is let go of after {NvmlRest.IdleLooks} s idle (sensors.nvml.hold: never)."),
        { AllMaySleep: true } => Good(
            $"{gpu}: NVML is let go of after {NvmlRest.IdleLooks} s idle, so that it can fall asleep."),
        { MaySleep: true } => Good(
            $"{gpu}: NVML is held open, as another GPU beside it cannot sleep: so it cannot either."),
        { Persistence: false } => Good(
            $"{gpu}: NVML is held open: its persistence mode is off, and else the driver would tear its state down."),
        { Persistence: true } => Good(
            $"{gpu}: NVML is held open: it cannot sleep, and its persistence mode keeps it up anyway."),
        _ => Good($"{gpu}: NVML is held open, as it cannot sleep."),
    };

    private static Finding Good(string text) => new(Verdict.Good, NvmlSensor.Name, text);
}
