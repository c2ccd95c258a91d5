using System.Net;
using System.Net.Sockets;
using Agent.Export;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Agent.Web;

/// <summary>What the agent answers over HTTP. Nothing here reads a sensor: all is answered from the ledger.</summary>
internal static class Endpoints
{
    /// <summary>Connections at once; more are refused.</summary>
    private const int MostConnections = 64;

    /// <summary>Bytes of text with two GPUs and some models.</summary>
    private const int UsualLength = 32 * 1024;

    /// <summary>Says where to listen.</summary>
    /// <param name="address">Where metrics are served.</param>
    /// <param name="control">The socket of joulet's own commands, which listens already; null: there is none.</param>
    public static void Listen(this IWebHostBuilder web, IPEndPoint address, Socket? control)
    {
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(address);
            if (control?.LocalEndPoint is UnixDomainSocketEndPoint path)
            {
                kestrel.ListenUnixSocket($"{path}");
            }
        });
        web.UseSockets(sockets => sockets.CreateBoundListenSocket = point =>
            point is UnixDomainSocketEndPoint ? control! : SocketTransportOptions.CreateDefaultBoundListenSocket(point));
    }

    /// <summary>Maps what there is.</summary>
    /// <param name="snapshot">What is to be shown; it may wait for the disk a moment.</param>
    /// <param name="ready">Sensors were read.</param>
    public static void MapAgent(
        this WebApplication app, IReadOnlyList<MetricRow> rows, Func<CancellationToken, ValueTask<Snapshot>> snapshot, Func<bool> ready)
    {
        var exposition = new PrometheusExposition(rows);
        var turn = new SemaphoreSlim(1);
        app.MapGet("/metrics", async context =>
        {
            // Written aside first: a scraper that reads slowly keeps nobody waiting.
            using var text = new MemoryStream(UsualLength);
            var shown = await snapshot(context.RequestAborted);
            await turn.WaitAsync(context.RequestAborted);
            try
            {
                await exposition.WriteAsync(shown, text, context.RequestAborted);
            }
            finally
            {
                turn.Release();
            }

            context.Response.ContentType = PrometheusExposition.ContentType;
            context.Response.ContentLength = text.Length;
            text.Position = 0;
            await text.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        app.MapGet("/-/healthy", context => context.Response.WriteAsync("joulet is alive.\n"));
        app.MapGet("/-/ready", context =>
        {
            var isReady = ready();
            context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync(isReady ? "joulet is ready.\n" : "No sensor was read yet.\n");
        });
    }
}
