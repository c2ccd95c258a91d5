using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>What is known of a GPU beside its joules.</summary>
public sealed record GpuView
{
    public GpuDescription? Description { get; init; }

    public GpuState State { get; init; } = new();

    /// <summary>When the driver last listed the processes on it; null where its list cannot be had.</summary>
    public Moment? Listed { get; init; }

    /// <summary>Which processes used it when.</summary>
    public GpuUseTimeline Use { get; init; } = GpuUseTimeline.Empty;
}
