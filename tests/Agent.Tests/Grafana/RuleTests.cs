using System.Diagnostics;
using System.Text.RegularExpressions;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Export;

namespace Agent.Tests.Grafana;

public sealed partial class RuleTests
{
    private const string Home = "https://github.com/joulet/joulet/blob/main/grafana/runbooks.md#";

    /// <summary>What users record for themselves: the budgets.</summary>
    private static readonly string[] OfUsers = ["job:joulet_carbon_budget_grams:1d", "job_currency:joulet_energy_cost_budget:1d"];

    private static readonly string[] OfTargets = ["job", "instance"];

    private static readonly string Runbooks = File.ReadAllText(Repository.Path("grafana/runbooks.md"));

    private static readonly Dictionary<string, string[]> Metrics = MetricCatalog.Rows(severalOllamas: true).ToDictionary(row => row.Name, row => row.Labels);

    private static readonly Dictionary<string, HashSet<string>> Values = new()
    {
        ["category"] = Spelled<Category>(),
        ["confidence"] = Spelled<Confidence>(),
        ["tier"] = Spelled<IntensityTier>(),
        ["type"] = ["prompt", "prompt_cached", "generated"],
        ["phase"] = ["load", "prompt", "generation"],
        ["boundary"] = ["active", "full"],
    };

    public static TheoryData<string> Tests => [.. RuleFiles.Tests.Select(file => Path.GetFileName(file)!)];

    [Fact]
    public async Task Promtool_finds_nothing_in_the_rules()
    {
        var (exit, said) = await PromtoolAsync(["check", "rules", "--lint=all", "--lint-fatal", .. RuleFiles.All]);

        Assert.True(exit == 0, said);
        Assert.All(said.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^(Checking \S+\.yaml|  SUCCESS: \d+ rules found)$", line));
    }

    [Theory]
    [MemberData(nameof(Tests))]
    public async Task Promtools_tests_of_the_rules_pass(string file)
    {
        var (exit, said) = await PromtoolAsync(["test", "rules", Path.Combine(RuleFiles.Folder, "tests", file)]);

        Assert.True(exit == 0, said);
    }

    [Fact]
    public void Every_alert_says_what_is_the_case_how_much_and_what_to_do()
    {
        Assert.All(RuleFiles.Alerts, alert =>
        {
            Assert.StartsWith("Joulet", alert["alert"], StringComparison.Ordinal);
            Assert.Contains(alert["labels.severity"], new[] { "info", "warning", "critical" });
            Assert.Matches(@"^[A-Z][^{]*\.$", alert["annotations.summary"]);
            Assert.EndsWith(".", alert["annotations.description"], StringComparison.Ordinal);
            Assert.Equal($"{Home}{alert["alert"].ToLowerInvariant()}", alert["annotations.runbook_url"]);
            Assert.True(alert.ContainsKey("for"), alert["alert"]);
        });

        // Where there is no agent there is nothing to name.
        Assert.All(
            RuleFiles.Alerts.Where(alert => alert["alert"] != "JouletAbsent"),
            alert => Assert.Matches(@"\{\{.*\$labels\.(instance|job).*\}\}.*|\{\{.*\$value.*\}\}", alert["annotations.description"]));
    }

    [Fact]
    public void Every_alert_has_its_part_in_the_runbooks_and_every_part_its_alert()
    {
        var parts = Heading.Matches(Runbooks).Select(match => match.Groups["name"].Value);

        Assert.Equal(RuleFiles.Alerts.Select(alert => alert["alert"]).Order(StringComparer.Ordinal), parts.Order(StringComparer.Ordinal));
        Assert.All(RuleFiles.Alerts, alert => Assert.Contains($"## {alert["alert"]}\n\n*{alert["labels.severity"]}.* ", Runbooks, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alert_is_tested_firing_and_quiet()
    {
        var tested = RuleFiles.Tests
            .SelectMany(file => RuleFiles.List(RuleFiles.Read(file), "tests"))
            .SelectMany(test => RuleFiles.List(test, "alert_rule_test"))
            .Select(test => (Alert: RuleFiles.Text(test, "alertname"), Fires: RuleFiles.List(test, "exp_alerts").Any()))
            .ToHashSet();

        Assert.Empty(RuleFiles.Alerts.SelectMany(alert => new[] { (alert["alert"], true), (alert["alert"], false) }).Except(tested));
        Assert.Empty(tested.Select(test => test.Alert).Except(RuleFiles.Alerts.Select(alert => alert["alert"]))); // promtool takes a name that is none for a quiet alert
    }

    [Fact]
    public void Every_recorded_value_is_tested()
    {
        var tested = RuleFiles.Tests
            .SelectMany(file => RuleFiles.List(RuleFiles.Read(file), "tests"))
            .SelectMany(test => RuleFiles.List(test, "promql_expr_test"))
            .Where(test => RuleFiles.List(test, "exp_samples").Any())
            .SelectMany(test => PromQl.Series(RuleFiles.Text(test, "expr")))
            .Select(series => series.Name);

        Assert.Empty(RuleFiles.Recordings.Select(rule => rule["record"]).Except(tested));
    }

    [Fact]
    public void Rules_name_only_metrics_labels_and_values_that_exist() => Assert.Empty(RuleFiles.Rules.SelectMany(rule => Wrong(rule["expr"])));

    [Fact]
    public async Task Queries_of_the_runbooks_can_be_asked()
    {
        var queries = Block.Matches(Runbooks)
            .SelectMany(block => block.Groups["lines"].Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToArray();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file,
                "groups:\n- name: runbooks\n  rules:\n" + string.Concat(queries.Select((query, i) => $"  - record: query{i}\n    expr: |\n      {query}\n")),
                TestContext.Current.CancellationToken);
            var (exit, said) = await PromtoolAsync(["check", "rules", "--lint=none", file]);
            Assert.True(exit == 0, said);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.NotEmpty(queries);
        Assert.Empty(queries.SelectMany(query => Wrong(Comment.Replace(query, ""))));
    }

    [Fact]
    public void Tokens_are_counted_by_the_interval_at_which_they_are_recorded()
    {
        var recording = RuleFiles.Read(Path.Combine(RuleFiles.Folder, "joulet.recording.yaml"));
        var group = RuleFiles.List(recording, "groups").Single(group => RuleFiles.Text(group, "name") == "joulet.regression");
        var factors = RuleFiles.List(group, "rules").SelectMany(rule => Factor.Matches(RuleFiles.Text(rule, "expr"))).Select(match => match.Groups["seconds"].Value);

        Assert.Equal("4m", RuleFiles.Text(group, "interval"));
        Assert.Equal(["240"], factors.Distinct());
        Assert.Equal("4m", RuleFiles.Text(RuleFiles.Read(Path.Combine(RuleFiles.Folder, "tests/regression_test.yaml")), "evaluation_interval"));
    }

    /// <summary>What a query names that there is not.</summary>
    private static IEnumerable<string> Wrong(string query)
    {
        var recorded = RuleFiles.Recordings.Select(rule => rule["record"]).Concat(OfUsers).ToHashSet();
        var made = RuleFiles.Recordings.SelectMany(rule => PromQl.Made(rule["expr"]))
            .Concat(RuleFiles.Recordings.SelectMany(rule => rule.Keys).Where(key => key.StartsWith("labels.", StringComparison.Ordinal)).Select(key => key["labels.".Length..]));
        HashSet<string> labels = [.. OfTargets, .. Metrics.Values.SelectMany(of => of), .. made];

        foreach (var (name, matchers) in PromQl.Series(query))
        {
            var own = name == "up" ? OfTargets : Metrics.TryGetValue(name, out var of) ? [.. OfTargets, .. of] : recorded.Contains(name) ? labels : (IReadOnlyCollection<string>?)null;
            if (own is null)
            {
                yield return $"There is no {name}.";
            }

            foreach (var (label, values) in matchers)
            {
                if (own?.Contains(label) == false)
                {
                    yield return $"{name} has no label {label}.";
                }

                if (Values.TryGetValue(label, out var known) && values.Split('|').FirstOrDefault(value => !known.Contains(value)) is { } unknown)
                {
                    yield return $"{name} has no {label} {unknown}.";
                }
            }
        }

        foreach (var label in PromQl.Groupings(query).Where(label => !labels.Contains(label)))
        {
            yield return $"There is no label {label}.";
        }
    }

    private static HashSet<string> Spelled<T>()
        where T : struct, Enum =>
        [.. Enum.GetValues<T>().Select(Labels.Of)];

    private static async Task<(int Exit, string Said)> PromtoolAsync(string[] arguments)
    {
        var stop = TestContext.Current.CancellationToken;
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(promtool.StandardOutput.ReadToEndAsync(stop), promtool.StandardError.ReadToEndAsync(stop));
        await promtool.WaitForExitAsync(stop);
        return (promtool.ExitCode, string.Concat(said));
    }

    [GeneratedRegex("^## (?<name>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading { get; }

    [GeneratedRegex("^```promql\n(?<lines>[^`]*)```", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block { get; }

    [GeneratedRegex(@"\s#.*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment { get; }

    [GeneratedRegex(@"\* (?<seconds>\d+) >=", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Factor { get; }
}
