namespace Agent.Core.Metering;

/// <summary>The state of a GPU at one moment; null is what this GPU does not tell.</summary>
public sealed record GpuState
{
    /// <summary>Share of the last sample window in which a kernel ran, 0 to 1.</summary>
    public double? UtilizationRatio { get; init; }

    public long? MemoryUsedBytes { get; init; }

    public long? MemoryTotalBytes { get; init; }

    public double? TemperatureCelsius { get; init; }

    public double? SmClockHertz { get; init; }

    public double? MemoryClockHertz { get; init; }

    /// <summary>The enforced power limit, in watts.</summary>
    public double? PowerLimitWatts { get; init; }

    /// <summary>0 (fastest) to 15.</summary>
    public int? PerformanceState { get; init; }
}
