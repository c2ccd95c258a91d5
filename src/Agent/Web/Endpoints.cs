using System.Net;
using Agent.Core.Attribution;
using Agent.Export;

namespace Agent.Web;

/// <summary>What the agent answers over HTTP. Nothing here reads a sensor: all is answered from the ledger.</summary>
internal static class Endpoints
{
    /// <summary>Expositions at once; more wait. A scrape takes milliseconds.</summary>
    private const int MostScrapes = 2;

    /// <summary>Connections at once; more are refused.</summary>
    private const int MostConnections = 64;

    public static void Listen(this IWebHostBuilder web, IPEndPoint address) =>
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(address);
        });

    public static void MapAgent(this WebApplication app, Func<Ledger> ledger, ProcessVitals vitals)
    {
        var scrapes = new SemaphoreSlim(MostScrapes);
        app.MapGet("/metrics", async context =>
        {
            await scrapes.WaitAsync(context.RequestAborted);
            try
            {
                context.Response.ContentType = PrometheusExposition.ContentType;
                await PrometheusExposition.WriteAsync(
                    new Snapshot(ledger(), vitals.Now), context.Response.Body, context.RequestAborted);
            }
            finally
            {
                scrapes.Release();
            }
        });
        app.MapGet("/-/healthy", context => context.Response.WriteAsync("joulet is alive.\n"));
        app.MapGet("/-/ready", context =>
        {
            var ready = ledger().LastTick is not null;
            context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync(ready ? "joulet is ready.\n" : "No sensor was read yet.\n");
        });
    }
}
