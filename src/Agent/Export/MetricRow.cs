namespace Agent.Export;

/// <summary>One metric: exposition, documentation and tests all read this.</summary>
/// <param name="Name">Its full name; base units, counters end in <c>_total</c>.</param>
/// <param name="Type">What it is.</param>
/// <param name="Help">What it tells, in a sentence.</param>
/// <param name="Labels">The names of its labels.</param>
/// <param name="Samples">Its values; none where nothing is known.</param>
internal sealed record MetricRow(
    string Name,
    MetricType Type,
    string Help,
    string[] Labels,
    Func<Snapshot, IEnumerable<Sample>> Samples)
{
    /// <summary>Upper bounds of a histogram's buckets, in seconds.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];
}
