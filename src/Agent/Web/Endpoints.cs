using System.Net;
using System.Net.Sockets;
using Agent.Web.Access;
using Agent.Web.Page;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Agent.Web;

/// <summary>What the agent answers over HTTP. Nothing here reads a sensor: all is answered from the ledger.</summary>
internal static class Endpoints
{
    /// <summary>Connections at once; more are refused.</summary>
    private const int MostConnections = 64;

    /// <summary>Says where to listen.</summary>
    /// <param name="address">Where metrics are served.</param>
    /// <param name="control">The socket of joulet's own commands, which listens already; null: there is none.</param>
    /// <param name="access">Who may ask, and how; null: whoever reaches it, in the clear.</param>
    public static void Listen(this IWebHostBuilder web, IPEndPoint address, Socket? control, WebAccess? access)
    {
        if (access is { HasTls: true })
        {
            web.UseKestrelHttpsConfiguration();
        }

        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(address, listen =>
            {
                if (access is { HasTls: true })
                {
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(access.Tls) });
                }
            });
            if (control?.LocalEndPoint is UnixDomainSocketEndPoint path)
            {
                kestrel.ListenUnixSocket($"{path}");
            }
        });
        web.UseSockets(sockets => sockets.CreateBoundListenSocket = point =>
            point is UnixDomainSocketEndPoint ? control! : SocketTransportOptions.CreateDefaultBoundListenSocket(point));
    }

    /// <summary>Maps what there is.</summary>
    /// <param name="metrics">Who answers scrapes.</param>
    /// <param name="page">Who shows them to people.</param>
    /// <param name="ready">Sensors were read.</param>
    public static void MapAgent(this WebApplication app, MetricsEndpoint metrics, PageEndpoints page, Func<bool> ready)
    {
        app.MapGet("/", page.PageAsync);
        app.MapGet("/events", page.EventsAsync);
        app.MapGet("/metrics", metrics.AnswerAsync);
        app.MapGet("/-/healthy", context => context.Response.WriteAsync("joulet is alive.\n"));
        app.MapGet("/-/ready", context =>
        {
            var isReady = ready();
            context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync(isReady ? "joulet is ready.\n" : "No sensor was read yet.\n");
        });
    }
}
