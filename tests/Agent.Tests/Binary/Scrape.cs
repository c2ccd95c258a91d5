using System.Globalization;

namespace Agent.Tests.Binary;

/// <summary>A text of metrics, as a scraper reads it.</summary>
internal sealed class Scrape(string text)
{
    private readonly (string Name, string Labels, double Value)[] _samples =
    [
        .. from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           where line[0] != '#'
           let space = line.LastIndexOf(' ')
           let brace = line.IndexOf('{', StringComparison.Ordinal)
           let name = brace < 0 ? line[..space] : line[..brace]
           select (name, brace < 0 ? "" : line[brace..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture)),
    ];

    /// <summary>What the agent counts of itself, and no ledger holds.</summary>
    private static readonly string[] Agents = ["joulet_state_", "joulet_scrapes_", "joulet_web_", "joulet_otlp_"];

    public string Text => text;

    public bool Has(string name, string labels = "") => Of(name, labels).Any();

    /// <summary>The sum of a metric's samples whose labels contain a text.</summary>
    public double Sum(string name, string labels = "") => Of(name, labels).Sum(sample => sample.Value);

    /// <summary>All requests through the proxy: model, API, outcome, usage, and how many.</summary>
    public IEnumerable<string> Requests => Of("joulet_model_requests_total", "")
        .Select(sample => $"{string.Join(' ', sample.Labels.Split('"').Where((_, part) => part % 2 == 1))}: {sample.Value}")
        .Order(StringComparer.Ordinal);

    /// <summary>A model's tokens of a type.</summary>
    public double Tokens(string model, string type) => Sum("joulet_model_tokens_total", $"model=\"{model}\",type=\"{type}\"");

    /// <summary>Every counter of the ledger has the same value in both. Sums may be added up in another order in another process.</summary>
    public bool HasCountersOf(Scrape other)
    {
        var (mine, others) = (Counters, other.Counters);
        return mine.Count == others.Count && mine.All(own => others.TryGetValue(own.Key, out var value) && Math.Abs(own.Value - value) <= 1e-9 * Math.Abs(value));
    }

    /// <summary>All counters of the ledger: what they count must not be counted twice, nor forgotten.</summary>
    public IReadOnlyDictionary<string, double> Counters => _samples
        .Where(sample => sample.Name.StartsWith("joulet_", StringComparison.Ordinal)
            && sample.Name.EndsWith("_total", StringComparison.Ordinal)
            && !Agents.Any(own => sample.Name.StartsWith(own, StringComparison.Ordinal)))
        .ToDictionary(sample => sample.Name + sample.Labels, sample => sample.Value);

    private IEnumerable<(string Name, string Labels, double Value)> Of(string name, string labels) => _samples
        .Where(sample => sample.Name == name && sample.Labels.Contains(labels, StringComparison.Ordinal));
}
