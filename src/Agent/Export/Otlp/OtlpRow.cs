namespace Agent.Export.Otlp;

/// <summary>One metric over OTLP.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Unit">By UCUM; null for none.</param>
/// <param name="Type">What it is.</param>
/// <param name="Help">What it tells.</param>
/// <param name="Labels">The names of its attributes.</param>
/// <param name="Samples">Its values.</param>
internal sealed record OtlpRow(
    string Name, string? Unit, MetricType Type, string Help, IReadOnlyList<string> Labels, Func<Snapshot, IEnumerable<Sample>> Samples)
{
    /// <summary>Upper bounds of a histogram's buckets.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    public static OtlpRow Of(MetricRow row)
    {
        var (name, unit) = OtlpName.Of(row);
        return new OtlpRow(name, unit, row.Type, row.Help, row.Labels, row.Samples) { Buckets = row.Buckets };
    }
}
