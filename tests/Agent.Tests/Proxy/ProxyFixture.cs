using System.Net;
using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Ollama;
using Agent.Proxy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tests.Proxy;

/// <summary>The real proxy before a server of the test's, in this process.</summary>
internal sealed class ProxyFixture : IAsyncDisposable
{
    private readonly Channel<LedgerEvent> _events;

    private ProxyFixture(ProxyServer server, Channel<LedgerEvent> events) => (Server, _events) = (server, events);

    public ProxyServer Server { get; }

    public Uri Address => Server.Address;

    public static async Task<ProxyFixture> StartAsync(
        Uri upstream,
        IPAddress? listen = null,
        Func<string, bool>? readElsewhere = null,
        int room = 100_000,
        TimeProvider? time = null,
        ILoggerFactory? logs = null)
    {
        var events = Channel.CreateBounded<LedgerEvent>(room);
        var server = new ProxyServer(
            new IPEndPoint(listen ?? IPAddress.Loopback, 0),
            Upstream.Parse(upstream.AbsoluteUri),
            ollama: "",
            new MonotonicClock(time ?? TimeProvider.System),
            events.Writer,
            readElsewhere ?? (static _ => true),
            logs ?? NullLoggerFactory.Instance);
        await server.StartAsync(CancellationToken.None);
        return new ProxyFixture(server, events);
    }

    public Task<RawConnection> ConnectAsync(int? receiveBuffer = null) => RawConnection.OpenAsync(Address, receiveBuffer);

    /// <summary>The next event of a kind; others before it are passed over.</summary>
    public async Task<T> NextAsync<T>()
        where T : LedgerEvent
    {
        using var deadline = new CancellationTokenSource(RawConnection.Deadline);
        while (true)
        {
            if (await _events.Reader.ReadAsync(deadline.Token) is T wanted)
            {
                return wanted;
            }
        }
    }

    /// <summary>All events so far.</summary>
    public IReadOnlyList<LedgerEvent> Told()
    {
        var told = new List<LedgerEvent>();
        while (_events.Reader.TryRead(out var next))
        {
            told.Add(next);
        }

        return told;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Server.StopAsync(now.Token);
        Server.Dispose();
    }
}
