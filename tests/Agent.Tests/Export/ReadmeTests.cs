using System.Text;
using System.Text.RegularExpressions;
using Agent.Export;

namespace Agent.Tests.Export;

public sealed partial class ReadmeTests
{
    private const string Begin = "<!-- metrics -->";
    private const string End = "<!-- /metrics -->";

    private static readonly IReadOnlyList<MetricRow> Rows = MetricCatalog.Rows(severalOllamas: false);

    [Fact]
    public void The_readme_lists_every_metric_as_the_code_has_it()
    {
        var path = Repository.Path("README.md");
        var readme = File.ReadAllText(path);
        var from = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = readme.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            File.WriteAllText(path, $"{readme[..from]}\n{Table()}{readme[to..]}");
            return;
        }

        Assert.Equal(Table(), readme[(from + 1)..to]);
    }

    [Fact]
    public void Names_have_their_unit_and_counters_end_in_total()
    {
        Assert.Equal(Rows.Count, Rows.DistinctBy(row => row.Name).Count());
        Assert.All(Rows, row => Assert.Matches(Name, row.Name));
        Assert.All(Rows, row =>
            Assert.Equal(row.Type == MetricType.Counter, row.Name.EndsWith("_total", StringComparison.Ordinal)));
        Assert.All(Rows.Where(row => row.Type == MetricType.Info), row =>
            Assert.EndsWith("_info", row.Name, StringComparison.Ordinal));
        Assert.All(Rows, row => Assert.DoesNotContain("host", row.Labels));
    }

    private static string Table()
    {
        var table = new StringBuilder("| metric | type | labels | what it tells |\n|---|---|---|---|\n");
        foreach (var row in Rows)
        {
            var labels = string.Join(", ", row.Labels.Select(label => $"`{label}`"));
            table.Append($"| `{row.Name}` | {Labels.Of(row.Type)} | {labels} | {row.Help} |\n");
        }

        return table.ToString();
    }

    [GeneratedRegex("^(joulet|process)_[a-z0-9_]+$", RegexOptions.None | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name { get; }
}
