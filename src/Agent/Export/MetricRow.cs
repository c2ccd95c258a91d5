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
    /// <summary>The label that tells several Ollamas apart: always a row's last one.</summary>
    public const string Ollama = "ollama";

    /// <summary>Upper bounds of a histogram's buckets.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    /// <summary>The same where there is one Ollama, which needs no name.</summary>
    public MetricRow ForOneOllama() => Labels is not [.., Ollama] ? this : this with
    {
        Labels = Labels[..^1],
        Samples = snapshot => Samples(snapshot).Select(sample => sample with { Labels = sample.Labels[..^1] }),
    };
}
