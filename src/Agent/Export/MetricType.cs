namespace Agent.Export;

/// <summary>What kind of metric a row is.</summary>
internal enum MetricType
{
    Counter,
    Gauge,

    /// <summary>Durations by buckets.</summary>
    Histogram,

    /// <summary>A gauge that is always 1; what it says is in its labels.</summary>
    Info,
}
