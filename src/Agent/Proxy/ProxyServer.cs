using System.Net;
using System.Text;
using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Ollama;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Agent.Proxy;

/// <summary>
/// The transparent proxy before one Ollama: a server of its own, on an address of its own. It passes everything on unchanged and
/// tells the ledger what it saw of tokens.
/// </summary>
internal sealed partial class ProxyServer : IHostedService, IDisposable
{
    private readonly IPEndPoint _listen;
    private readonly Upstream _upstream;
    private readonly ILogger _log;
    private readonly MeterSink _sink;
    private readonly HostRule _hosts;
    private readonly HttpMessageInvoker _client = UpstreamClient.Create();
    private readonly ServiceProvider _forwarding = new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider();
    private readonly ProxyApplication _application;
    private readonly KestrelServer _server;

    /// <summary>A proxy that is not started yet.</summary>
    /// <param name="listen">Where clients come in.</param>
    /// <param name="upstream">Where Ollama is.</param>
    /// <param name="ollama">Its name where there are several; else empty.</param>
    /// <param name="events">The ledger's queue. The proxy never waits for it.</param>
    /// <param name="readElsewhere">Whether this model's tokens are known without the proxy.</param>
    public ProxyServer(
        IPEndPoint listen,
        Upstream upstream,
        string ollama,
        MonotonicClock clock,
        ChannelWriter<LedgerEvent> events,
        Func<string, bool> readElsewhere,
        ILoggerFactory logs)
    {
        (_listen, _upstream, _log) = (listen, upstream, logs.CreateLogger<ProxyServer>());
        _hosts = new HostRule(listen, upstream.Address);
        _sink = new MeterSink(events);
        _application = new ProxyApplication(
            upstream.Address,
            ollama,
            _hosts,
            _forwarding.GetRequiredService<IHttpForwarder>(),
            _client,
            new UsageAsking(readElsewhere, _sink),
            new UpstreamReach(upstream.Address, _log),
            _sink,
            clock);

        // Of the server's own log nothing is kept: it would tell of requests.
        _server = new KestrelServer(
            Options.Create(ServerOptions(listen)),
            new SocketTransportFactory(Options.Create(TransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>Events and requests whose metering was lost since the start, by reason. The requests themselves were served.</summary>
    public IReadOnlyList<(string Reason, long Count)> Lost => _sink.Lost;

    /// <summary>Where it listens, once started.</summary>
    public Uri Address => new(_server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The address is taken or not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(_application, cancellationToken);
        LogListens(_listen, _upstream);
        if (_hosts.IsOpen)
        {
            LogOpen(_listen);
        }
    }

    /// <summary>Takes no more connections, and lets answers under way go on for some seconds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var farewell = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        farewell.CancelAfter(ProxyLimits.Farewell);
        await _server.StopAsync(farewell.Token);
    }

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
        _forwarding.Dispose();
    }

    private static KestrelServerOptions ServerOptions(IPEndPoint listen)
    {
        var options = new KestrelServerOptions
        {
            AddServerHeader = false,
            RequestHeaderEncodingSelector = static _ => Encoding.Latin1, // any byte as it came
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
            Limits =
            {
                MaxConcurrentConnections = ProxyLimits.Connections,
                MaxRequestLineSize = ProxyLimits.HeadBytes,
                MaxRequestHeadersTotalSize = ProxyLimits.HeadBytes,
                MaxRequestHeaderCount = ProxyLimits.HeadFields,
                MaxRequestBufferSize = 2 * ProxyLimits.HeadBytes,
                MaxRequestBodySize = null,
                MinRequestBodyDataRate = null,
                MinResponseDataRate = null,
                KeepAliveTimeout = ProxyLimits.Silence,
                RequestHeadersTimeout = ProxyLimits.Silence,
            },
        };
        options.Listen(listen, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        return options;
    }

    private static SocketTransportOptions TransportOptions() => new()
    {
        UnsafePreferInlineScheduling = true, // nothing here blocks a thread, and a long body gives way: FairBody
        CreateBoundListenSocket = static endpoint => KeptAlive.Set(SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint)),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "The proxy listens at {Address} for Ollama at {Upstream}.")]
    private partial void LogListens(IPEndPoint address, Upstream upstream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The proxy listens at {Address}, which the network can reach, and asks nobody who they are: whoever reaches it can use Ollama and change its models. Let a firewall or a reverse proxy decide who does, or set ollama.proxy_listen to a loopback address.")]
    private partial void LogOpen(IPEndPoint address);
}
