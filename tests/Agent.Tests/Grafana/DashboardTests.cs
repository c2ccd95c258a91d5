using System.Text.Json;
using System.Text.RegularExpressions;
using Agent.Export;

namespace Agent.Tests.Grafana;

/// <summary>What Grafana's own dashboard linter asks for, and what it cannot know: our metrics and their labels.</summary>
public sealed partial class DashboardTests
{
    /// <summary>Grafana appends a unit it does not know as text, without a word.</summary>
    private static readonly string[] Units =
        ["joule", "watt", "watth", "massg", "short", "s", "bytes", "hertz", "celsius", "percentunit", "reqps", "si:J/token", "si:token/s"];

    private static readonly string[] Kinds = ["stat", "timeseries", "bargauge", "table"];

    private static readonly IReadOnlyDictionary<string, MetricRow> Rows = MetricCatalog.Rows(severalOllamas: true).ToDictionary(row => row.Name);

    public static TheoryData<string> Names { get; } = [.. DashboardFile.All.Select(file => file.Name)];

    [Fact]
    public void There_are_five_each_with_an_identity_of_its_own()
    {
        Assert.Equal(["carbon-cost", "fleet", "machine", "models", "overview"], DashboardFile.All.Select(file => file.Name));
        Assert.All(DashboardFile.All, file => Assert.Equal($"joulet-{file.Name}", file.Root.GetProperty("uid").GetString()));
        Assert.All(DashboardFile.All, file => Assert.Equal(JsonValueKind.Null, file.Root.GetProperty("id").ValueKind));
        Assert.All(DashboardFile.All, file => Assert.Equal(41, file.Root.GetProperty("schemaVersion").GetInt32()));
        Assert.All(DashboardFile.All, file => Assert.False(file.Root.TryGetProperty("__inputs", out _)));
        Assert.All(DashboardFile.All, file => Assert.False(file.Root.GetProperty("editable").GetBoolean()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_panel_has_title_description_unit_and_the_variable_as_its_source(string name)
    {
        foreach (var panel in File(name).Panels)
        {
            var title = panel.GetProperty("title").GetString()!;
            Assert.True(title.Length > 1, title);
            Assert.Matches(@"\.$", panel.GetProperty("description").GetString());
            Assert.Contains(panel.GetProperty("type").GetString(), Kinds);
            Assert.Contains(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString(), Units);
            Assert.Equal("N/A", panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("noValue").GetString());
            AssertSource(panel);
            Assert.All(panel.GetProperty("targets").EnumerateArray(), AssertSource);
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Variables_are_data_source_job_and_instance_and_each_is_used(string name)
    {
        var file = File(name);
        var variables = file.Variables.ToDictionary(variable => variable.GetProperty("name").GetString()!);

        Assert.Equal(["datasource", "job", "instance"], file.Variables.Take(3).Select(variable => variable.GetProperty("name").GetString()));
        Assert.Equal("Data source", variables["datasource"].GetProperty("label").GetString());
        foreach (var (variable, definition) in variables.Where(pair => pair.Key != "datasource"))
        {
            Assert.Equal(2, definition.GetProperty("refresh").GetInt32());
            Assert.Contains(file.Queries, query => query.Query.Contains($"${variable}", StringComparison.Ordinal));
            Assert.True(!definition.GetProperty("multi").GetBoolean() || definition.GetProperty("allValue").GetString() == ".+", variable);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_query_is_of_the_chosen_hosts_and_of_metrics_and_labels_that_there_are(string name)
    {
        foreach (var (panel, query) in File(name).Queries)
        {
            foreach (Match selector in Selector.Matches(query))
            {
                Assert.True(selector.Groups["labels"].Value.Contains("job=~\"$job\"", StringComparison.Ordinal), $"{panel}: {query}");
                if (Row(selector.Groups["metric"].Value) is { } row)
                {
                    Assert.True(selector.Groups["labels"].Value.Contains("instance=~\"$instance\"", StringComparison.Ordinal), $"{panel}: {query}");
                    var labels = Label.Matches(selector.Groups["labels"].Value).Select(match => match.Groups["name"].Value);
                    Assert.All(labels, label => Assert.Contains(label, (string[])[.. row.Labels, "job", "instance", "le"]));
                }
            }

            Assert.All(Metric.Matches(query).Select(match => match.Value), metric => Assert.True(Row(metric) is not null, $"{panel}: there is no {metric}"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Counters_are_asked_for_their_growth_and_ratios_are_guarded(string name)
    {
        foreach (var (panel, query) in File(name).Queries)
        {
            Assert.All(Counter.Matches(query), match => Assert.True(match.Groups["function"].Value is "rate" or "increase", $"{panel}: {query}"));
            Assert.All(Span.Matches(query), match => Assert.True(match.Value is "[$__rate_interval]" or "[$__range]" or "[1d]", $"{panel}: {query}"));
            Assert.DoesNotContain("avg", query, StringComparison.Ordinal);
            if (query.Contains(" / (", StringComparison.Ordinal))
            {
                Assert.Contains("> 0)", query, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_lie_beside_each_other(string name)
    {
        var taken = new HashSet<(int, int)>();
        foreach (var panel in File(name).Root.GetProperty("panels").EnumerateArray())
        {
            var place = panel.GetProperty("gridPos");
            var (x, y, width, height) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
            Assert.InRange(x + width, 1, 24);
            foreach (var column in Enumerable.Range(x, width))
            {
                foreach (var row in Enumerable.Range(y, height))
                {
                    Assert.True(taken.Add((column, row)), panel.GetProperty("title").GetString());
                }
            }
        }
    }

    private static DashboardFile File(string name) => DashboardFile.All.Single(file => file.Name == name);

    private static void AssertSource(JsonElement of) => Assert.Equal("${datasource}", of.GetProperty("datasource").GetProperty("uid").GetString());

    private static MetricRow? Row(string metric) =>
        Rows.GetValueOrDefault(metric) ?? Rows.GetValueOrDefault(Regex.Replace(metric, "_(?:bucket|sum|count)$", "", RegexOptions.None, TimeSpan.FromSeconds(1)));

    [GeneratedRegex(@"(?<metric>[a-z_:0-9A-Z]+)\{(?<labels>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selector { get; }

    /// <summary>Not those that are recorded, whose names have colons.</summary>
    [GeneratedRegex(@"(?<![:a-z_])(joulet|process)_[a-z0-9_]+(?![:a-z_0-9])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric { get; }

    [GeneratedRegex(@"(?<name>[a-z_]+)=~?""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label { get; }

    [GeneratedRegex(@"(?<function>[a-z_]*)\(?(?<![:a-z_])(joulet|process)_[a-z0-9_]+_total\{", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counter { get; }

    [GeneratedRegex(@"\[[^\]]+\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Span { get; }
}
