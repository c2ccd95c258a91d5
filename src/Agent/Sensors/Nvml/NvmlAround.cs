using Agent.Core.Metering;

namespace Agent.Sensors.Nvml;

/// <summary>What is known of a GPU without a call of NVML.</summary>
/// <param name="RuntimeStatus">As the kernel tells it: active, suspended; null where it does not.</param>
/// <param name="Hold">Whether NVML is held, may be let go of, or was released.</param>
internal readonly record struct NvmlAround(string? RuntimeStatus, string Hold)
{
    public GpuState AddTo(GpuState state) => state with { RuntimeStatus = RuntimeStatus, Hold = Hold };
}
