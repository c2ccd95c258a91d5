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

    /// <summary>The power limit it comes with, in watts.</summary>
    public double? DefaultPowerLimitWatts { get; init; }

    /// <summary>The lowest power limit that can be set, in watts.</summary>
    public double? MinPowerLimitWatts { get; init; }

    /// <summary>The highest power limit that can be set, in watts.</summary>
    public double? MaxPowerLimitWatts { get; init; }

    /// <summary>0 (fastest) to 15.</summary>
    public int? PerformanceState { get; init; }

    /// <summary>Why its clocks are below their highest.</summary>
    public ClockReasons? ClockReasons { get; init; }

    /// <summary>The driver keeps it up while nobody uses it.</summary>
    public bool? Persistence { get; init; }

    /// <summary>As the kernel tells it without waking it: active, suspended, suspending, resuming.</summary>
    public string? RuntimeStatus { get; init; }

    /// <summary>Why it is kept open, or may sleep: held (a server's: its driver state would be torn down), may_sleep (a laptop's), released (on request).</summary>
    public string? Hold { get; init; }
}
