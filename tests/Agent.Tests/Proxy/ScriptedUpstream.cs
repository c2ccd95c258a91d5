using System.Net;
using System.Net.Sockets;

namespace Agent.Tests.Proxy;

/// <summary>A server in Ollama's place: each connection goes as the test says.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<RawConnection, Task> _script;
    private readonly List<Task> _connections = [];
    private readonly List<RawConnection> _open = [];
    private readonly Task _accepting;

    public ScriptedUpstream(Func<RawConnection, Task> script, int port = 0)
    {
        _script = script;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>One that answers every request as the test says.</summary>
    public static ScriptedUpstream Answering(Func<RecordedMessage, string> answer, int port = 0) => new(
        async connection =>
        {
            while (await connection.ReceiveRequestAsync() is { } request)
            {
                await connection.SendAsync(answer(request));
            }
        },
        port);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _open)
        {
            connection.Dispose();
        }

        try
        {
            await Task.WhenAll(_connections);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // A client that was gone, or the end of this test.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new RawConnection(await _listener.AcceptSocketAsync());
                _open.Add(connection);
                _connections.Add(Task.Run(() => _script(connection)));
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The end of this test.
        }
    }
}
