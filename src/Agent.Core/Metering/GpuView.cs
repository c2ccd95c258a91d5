using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>What is known of a GPU beside its joules.</summary>
public sealed record GpuView
{
    public GpuDescription? Description { get; init; }

    public GpuState State { get; init; } = new();

    /// <summary>Since when it is at high clocks with nothing to do; null: it works, or rests.</summary>
    public Moment? AwakeSince { get; private init; }

    /// <summary>When the driver last listed the processes on it; null where its list cannot be had.</summary>
    public Moment? Listed { get; init; }

    /// <summary>Which processes used it when.</summary>
    public GpuUseTimeline Use { get; init; } = GpuUseTimeline.Empty;

    /// <summary>It told its state.</summary>
    public GpuView With(Moment at, GpuState state) => this with
    {
        State = state,
        AwakeSince = state is { UtilizationRatio: 0, PerformanceState: <= 2 } ? AwakeSince ?? at : null, // P8 and above is rest
    };
}
