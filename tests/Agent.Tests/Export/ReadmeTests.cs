using System.Text;
using System.Text.RegularExpressions;
using Agent.Core.Reports;
using Agent.Export;
using Agent.Tests.Reporting;

namespace Agent.Tests.Export;

public sealed partial class ReadmeTests
{
    private static readonly IReadOnlyList<MetricRow> Rows = MetricCatalog.Rows(severalOllamas: false);

    [Fact]
    public void The_page_of_metrics_lists_every_one_as_the_code_has_it() => Lists("metrics", Metrics(), "metrics.md");

    [Fact]
    public void The_readme_lists_every_rule_of_advice_as_the_code_has_it() => Lists("advice", Advice());

    [Fact]
    public void The_readmes_worked_example_is_what_the_program_makes_of_it() => Lists("example", WorkedExample.Table());

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

    /// <summary>A table between two marks; UPDATE_README=1 writes it anew.</summary>
    private static void Lists(string mark, string table, string file = "README.md")
    {
        var path = Repository.Path(file);
        var readme = File.ReadAllText(path);
        var from = readme.IndexOf($"<!-- {mark} -->", StringComparison.Ordinal) + $"<!-- {mark} -->".Length;
        var to = readme.IndexOf($"<!-- /{mark} -->", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            File.WriteAllText(path, $"{readme[..from]}\n{table}{readme[to..]}");
            return;
        }

        Assert.Equal(table, readme[(from + 1)..to]);
    }

    private static string Advice() => "| rule | what it looks for |\n|---|---|\n"
        + string.Concat(AdviceRule.All.Select(rule => $"| `{rule.Id}` | {rule.Help} |\n"));

    private static string Metrics()
    {
        var table = new StringBuilder("| metric | type | unit | labels | what it tells |\n|---|---|---|---|---|\n");
        foreach (var row in Rows)
        {
            var labels = string.Join(", ", row.Labels.Select(label => $"`{label}`"));
            table.Append($"| `{row.Name}` | {Labels.Of(row.Type)} | {row.Unit} | {labels} | {row.Help} |\n");
        }

        return table.ToString();
    }

    [GeneratedRegex("^(joulet|process)_[a-z0-9_]+$", RegexOptions.None | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name { get; }
}
