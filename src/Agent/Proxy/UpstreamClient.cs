using System.Net.Sockets;
using System.Text;

namespace Agent.Proxy;

/// <summary>
/// The connections to Ollama. They add nothing, follow nothing, decode nothing and never time out. An answer's head may have
/// 64 KiB, as .NET has it (Ollama's have under one); past it the client gets a 502.
/// </summary>
internal static class UpstreamClient
{
    /// <summary>How long an idle connection is kept. Ollama itself never closes one, so that none is closed just when a request goes out on it.</summary>
    private static readonly TimeSpan IdleFor = TimeSpan.FromMinutes(1);

    public static HttpMessageInvoker Create() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1, // any byte as it came
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        MaxResponseDrainSize = 0, // what a client no longer wants is cut off at once, so that Ollama stops
        ResponseDrainTimeout = TimeSpan.Zero,
        PooledConnectionIdleTimeout = IdleFor,
        ConnectCallback = ConnectAsync,
    });

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = KeptAlive.Set(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}
