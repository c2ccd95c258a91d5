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

    /// <summary>Its unit in words, as the name tells it; empty for what is counted or is a state.</summary>
    public string Unit => Units.FirstOrDefault(unit => Name.Contains($"_{unit.Part}", StringComparison.Ordinal)).Words ?? "";

    private static IReadOnlyList<(string Part, string Words)> Units { get; } =
    [
        ("joules_per_token", "joules per token"),
        ("grams_per_kilowatt_hour", "grams per kilowatt hour"),
        ("price_per_kilowatt_hour", "currency per kilowatt hour"),
        ("ratio", "ratio, 0 to 1"),
        ("joules", "joules"),
        ("watts", "watts"),
        ("volts", "volts"),
        ("amperes", "amperes"),
        ("seconds", "seconds"),
        ("bytes", "bytes"),
        ("hertz", "hertz"),
        ("celsius", "degrees Celsius"),
        ("grams", "grams of CO2 equivalent"),
        ("tokens", "tokens"),
        ("energy_cost", "currency"),
        ("energy_earned", "currency"),
    ];

    /// <summary>The same where there is one Ollama, which needs no name.</summary>
    public MetricRow ForOneOllama() => Labels is not [.., Ollama] ? this : this with
    {
        Labels = Labels[..^1],
        Samples = snapshot => Samples(snapshot).Select(sample => sample with { Labels = sample.Labels[..^1] }),
    };
}
