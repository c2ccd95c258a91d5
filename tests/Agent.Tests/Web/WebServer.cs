using System.Net;
using Agent.Core.Attribution;
using Agent.Core.Reports;
using Agent.Export;
using Agent.Tests.Binary;
using Agent.Tests.Proxy;
using Agent.Web;
using Agent.Web.Access;
using Agent.Web.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Web;

/// <summary>What the agent serves, over a real port, from a snapshot of the test's.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MetricsEndpoint _metrics;
    private readonly WebAccess? _access;

    private WebServer(string? webConfig, Func<CancellationToken, ValueTask<Snapshot>>? snapshot)
    {
        var (file, problems) = webConfig is null ? (null, []) : WebConfigFile.Read(webConfig);
        Assert.Empty(problems);
        _access = file is null ? null : new WebAccess(webConfig!, file, Time, Log.CreateLogger("joulet"));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.WebHost.Listen(IPEndPoint.Parse(Address), control: null, _access);
        _app = builder.Build();
        if (_access is not null)
        {
            _app.UseAccess(_access);
        }

        _metrics = new MetricsEndpoint(MetricCatalog.Rows(severalOllamas: false), snapshot ?? (_ => ValueTask.FromResult(Empty)), Counts, TimeProvider.System);
        _app.MapAgent(_metrics, new PageEndpoints(() => Shown, () => Past, TimeProvider.System, _app.Lifetime.ApplicationStopping), () => true);
    }

    public static Snapshot Empty { get; } = new(Ledger.Empty, new Vitals("1.2.3", 1_700_000_000, 0.5, 25_000_000, 12));

    /// <summary>What the page shows.</summary>
    public Snapshot Shown { get; set; } = Empty;

    public RecentPast Past { get; set; } = RecentPast.Empty;

    public string Address { get; } = PublishedBinary.FreeAddress();

    public LoggedLines Log { get; } = new();

    public ScrapeCounts Counts { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public WebAccess Access => _access!;

    public static async Task<WebServer> StartAsync(string? webConfig = null, Func<CancellationToken, ValueTask<Snapshot>>? snapshot = null)
    {
        var server = new WebServer(webConfig, snapshot);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _metrics.Dispose();
        _access?.Dispose();
    }
}
