using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>What is known of a GPU beside its joules.</summary>
public sealed record GpuView
{
    public GpuDescription? Description { get; init; }

    public GpuState State { get; init; } = new();

    /// <summary>When the driver last listed the processes on it; null where its list cannot be had.</summary>
    public Moment? Listed { get; init; }

    /// <summary>The last sample of each process's use of it, with its moment.</summary>
    public ImmutableDictionary<int, (Moment At, double Ratio)> Utilization { get; init; } =
        ImmutableDictionary<int, (Moment, double)>.Empty;

    /// <summary>Takes samples in: each set says all there is to say. Without a new one, the last stands for a while.</summary>
    public GpuView WithSamples(Moment at, ImmutableArray<ProcessUtilization> samples) => samples.IsEmpty
        ? this
        : this with { Utilization = samples.ToImmutableDictionary(sample => sample.Pid, sample => (at, sample.SmRatio)) };
}
