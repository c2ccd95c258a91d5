using Agent.Tests.Grafana;
using Agent.Tests.Web;

namespace Agent.Tests.Binary;

[Collection(nameof(InRealTime))]
public sealed class DemoTests(ITestOutputHelper output)
{
    /// <summary>Without a price, a contract, a provider, the making's grams, the proxy and a state; advice and reasons come and go, and processors have no idle states.</summary>
    private static readonly string[] NotInTheDemo =
    [
        "Cost", "CO2 by contract", "Price of a kilowatt hour", "Cost an hour", "Cost by model", "Cost of a million tokens", "Age of the intensity", "Provider", "Embodied",
        "Requests a second", "Time to first token, 95 % below", "Energy of a request", "State", "Advice", "Processors in idle states", "How far it may be off", "Sensors", "Alerts",
    ];

    [Fact]
    public async Task The_demo_measures_the_truth_and_prometheus_reads_it()
    {
        var stop = TestContext.Current.CancellationToken;
        var address = PublishedBinary.FreeAddress();
        using var access = new WebConfigFolder(WebConfigFolder.Tls + WebConfigFolder.Users);
        using var prometheus = await Prometheus.StartAsync(address, access, stop); // it takes a second, and its port must not be taken meanwhile
        using var binary = PublishedBinary.Start(["demo", "--for", "62s", "--listen", address], access: access);

        var scrape = await binary.ScrapeAsync(
            address, scrape => scrape.Sum("joulet_model_tokens_total", "generated") > 100, stop);
        await Prometheus.LintAsync(scrape.Text, stop);
        Assert.Equal(
            scrape.Sum("joulet_host_energy_joules_total"),
            scrape.Sum("joulet_energy_joules_total"),
            1e-6);
        Assert.InRange(scrape.Text.Split('\n').Count(line => line.Length > 0 && line[0] != '#'), 50, 300);

        var tokens = await prometheus.QueryAsync("max_over_time(joulet_model_tokens_total{model=\"llama3.1:8b\",type=\"generated\"}[2m])", value => value > 300, stop);
        await AssertDashboardsAsync(prometheus, stop);
        var exit = await binary.ExitAsync(stop);
        output.WriteLine(binary.Output);

        Assert.True(tokens > 300);
        Assert.Contains($"Its metrics: https://{address}/metrics", binary.Output, StringComparison.Ordinal);
        Assert.True(exit == 0, binary.Output);
        Assert.Contains("Every model is within 3 % of the truth.", binary.Output, StringComparison.Ordinal);
        AssertInOrder(binary.Output, "The power profile is balanced.", "The power profile is performance.", "The power profile is low-power.");
        AssertInOrder(binary.Output, "advice: none", "advice: model_on_cpu", "advice: none");
        AssertInOrder(
            binary.Output,
            "Advice model_on_cpu: Of qwen2.5:14b's 36.0 GB only 23.6 GB are on the GPU",
            "Take a smaller quantisation or context",
            "Advice model_on_cpu is settled.");
        Assert.Matches(@"generation: balanced \d\.\d{3} \(true \d\.\d{3}\), low-power \d\.\d{3} \(true \d\.\d{3}\), performance ", binary.Output);
    }

    /// <summary>Every query of every panel is one, and those that the demo has data for give some.</summary>
    private static async Task AssertDashboardsAsync(Prometheus prometheus, CancellationToken stop)
    {
        foreach (var (dashboard, panel, query) in DashboardFile.All.SelectMany(file => file.Queries.Select(query => (file.Name, query.Panel, query.Query))))
        {
            var count = await prometheus.CountAsync(DashboardFile.Filled(query, "60s"), stop);
            Assert.True(count > 0 || NotInTheDemo.Contains(panel) || query.Contains(':', StringComparison.Ordinal), $"{dashboard}: {panel}: {query}");
        }
    }

    private static void AssertInOrder(string text, params ReadOnlySpan<string> parts)
    {
        var from = 0;
        foreach (var part in parts)
        {
            var at = text.IndexOf(part, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"\"{part}\" is not in this, or not where it belongs:\n{text}");
            from = at + part.Length;
        }
    }
}
