using Agent.Tests.Grafana;
using Agent.Tests.Web;

namespace Agent.Tests.Binary;

/// <summary>
/// A minute of the demo beside the other tests of the collection, which mostly wait: over TLS with a password, scraped by a real Prometheus with our
/// rules, its dashboards' queries asked.
/// </summary>
public sealed class RunningDemo : IAsyncLifetime
{
    /// <summary>Without a price, a contract, a provider, the making's grams, the proxy and a state; advice and reasons come and go, and processors have no idle states.</summary>
    private static readonly string[] NotInTheDemo =
    [
        "Cost", "CO2 by contract", "Price of a kilowatt hour", "Cost an hour", "Cost by model", "Cost of a million tokens", "Age of the intensity", "Provider", "Embodied",
        "Requests a second", "Time to first token, 95 % below", "Energy of a request", "State", "Advice", "Processors in idle states", "How far it may be off", "Sensors", "Alerts",
    ];

    private readonly CancellationTokenSource _over = new();

    /// <summary>What it printed until its end, its exit code, and where it served; null where no binary was published.</summary>
    internal Task<(string Output, int Exit, string Address)>? Run { get; private set; }

    public ValueTask InitializeAsync()
    {
        Run = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("JOULET_BINARY")) ? null : Task.Run(RunAsync);
        return ValueTask.CompletedTask;
    }

    /// <summary>Nobody asks any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await (Run?.ContinueWith(_ => { }, TaskScheduler.Default) ?? Task.CompletedTask);
        _over.Dispose();
    }

    private async Task<(string Output, int Exit, string Address)> RunAsync()
    {
        var stop = _over.Token;
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
        await prometheus.QueryAsync("max_over_time(joulet_model_tokens_total{model=\"llama3.1:8b\",type=\"generated\"}[2m])", value => value > 300, stop);
        await AssertDashboardsAsync(prometheus, stop);
        var exit = await binary.ExitAsync(stop);
        return (binary.Output, exit, address);
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
}
