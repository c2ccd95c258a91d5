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

    public string Text => text;

    public bool Has(string name, string labels = "") => Of(name, labels).Any();

    /// <summary>The sum of a metric's samples whose labels contain a text.</summary>
    public double Sum(string name, string labels = "") => Of(name, labels).Sum();

    private IEnumerable<double> Of(string name, string labels) => _samples
        .Where(sample => sample.Name == name && sample.Labels.Contains(labels, StringComparison.Ordinal))
        .Select(sample => sample.Value);
}
