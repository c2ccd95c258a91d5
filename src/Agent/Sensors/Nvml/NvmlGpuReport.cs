using Agent.Core.Metering;

namespace Agent.Sensors.Nvml;

/// <summary>How a round found one GPU, for <c>joulet check</c> and for when the driver falls silent.</summary>
/// <param name="Gpu">What it is.</param>
/// <param name="Device">What its joules are counted for.</param>
/// <param name="Reading">Its last reading.</param>
/// <param name="Answer">What the driver answered.</param>
/// <param name="Failure">Why the reading is missing; null if it is not.</param>
internal sealed record NvmlGpuReport(
    GpuDescription Gpu, Device Device, Reading Reading, NvmlReturn Answer, NvmlFailure? Failure)
{
    /// <summary>Whether NVML is held open for it.</summary>
    public NvmlHolding? Holding { get; init; }
}
