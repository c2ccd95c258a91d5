using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Agent.Simulation;

/// <summary>
/// One HTTP server on several loopback ports, without a host around it: no log, no signal handlers, nothing that is
/// not wanted beside the agent's own host in the same process.
/// </summary>
internal sealed class LoopbackServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    /// <summary>In bytes: a client only ever sends a model's name.</summary>
    private const int LongestRequest = 64 * 1024;

    private readonly KestrelServer _server;
    private readonly Func<HttpContext, Task> _answer;

    private LoopbackServer(int ports, Func<HttpContext, Task> answer)
    {
        _answer = answer;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = LongestRequest;
        options.Limits.MaxConcurrentConnections = 256;
        for (var i = 0; i < ports; i++)
        {
            options.Listen(IPAddress.Loopback, 0);
        }

        _server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>The ports it listens on; the system chose them.</summary>
    public ImmutableArray<int> Ports
    {
        get
        {
            var addresses = _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
            return [.. addresses.Select(address => new Uri(address).Port)];
        }
    }

    public static async Task<LoopbackServer> StartAsync(
        int ports, Func<HttpContext, Task> answer, CancellationToken stop)
    {
        var server = new LoopbackServer(ports, answer);
        await server._server.StartAsync(server, stop);
        return server;
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _answer(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody is owed an answer any more: do not wait for connections kept alive.
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }
}
