using Agent.Core.Attribution;

namespace Agent.Export;

/// <summary>One value of a metric, with the values of its labels in the row's order.</summary>
internal readonly record struct Sample(double Value, params string[] Labels)
{
    /// <summary>A histogram's value.</summary>
    public Sample(Histogram buckets, params string[] labels)
        : this(0, labels) => Buckets = buckets;

    /// <summary>A histogram's buckets; null for any other metric.</summary>
    public Histogram? Buckets { get; }
}
