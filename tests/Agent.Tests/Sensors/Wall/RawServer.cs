using System.Net;
using System.Net.Sockets;

namespace Agent.Tests.Sensors.Wall;

/// <summary>Answers every connection with the same bytes, whatever is asked, and closes it.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly byte[] _answer;
    private readonly Task _serving;

    public RawServer(byte[] answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _serving;
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_over.Token);
                var stream = client.GetStream();
                var buffer = new byte[4096];
                if (await stream.ReadAsync(buffer, _over.Token) > 0)
                {
                    await stream.WriteAsync(_answer, _over.Token);
                }

                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(buffer, _over.Token) > 0)
                {
                    // Read to the end, so that closing does not reset the connection.
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            // The test is over.
        }
    }
}
