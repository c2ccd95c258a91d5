using System.Net.Sockets;
using System.Text.Json;

namespace Agent.Proxy;

/// <summary>Whether Ollama can be reached: told in the log when it changes, and to the clients meanwhile.</summary>
internal sealed partial class UpstreamReach(Uri upstream, ILogger log)
{
    private readonly string _address = upstream.GetLeftPart(UriPartial.Authority);
    private int _isLost;

    /// <summary>It answered.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _isLost) == 1 && Interlocked.Exchange(ref _isLost, 0) == 1)
        {
            LogBack(_address);
        }
    }

    /// <summary>It gave no answer, and there is something to say about it.</summary>
    /// <returns>What a client is told, in Ollama's form; null where the connection was there and broke.</returns>
    public string? Failed(HttpRequestException? failure)
    {
        if (failure is { HttpRequestError: HttpRequestError.ResponseEnded } or { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException })
        {
            return null;
        }

        var (what, advice) = failure?.HttpRequestError switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError =>
                (Reason(failure), "Start Ollama there, or set ollama.upstream to where it listens."),
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
                ("what answers there does not speak HTTP as Ollama does", "Set ollama.upstream to where Ollama listens."),
            _ => ("the request cannot be forwarded", "Send it to Ollama directly."),
        };

        // What a client asks for that cannot be is no outage.
        var isOutage = failure is not null && failure.HttpRequestError is not HttpRequestError.Unknown;
        if (isOutage && Interlocked.Exchange(ref _isLost, 1) == 0)
        {
            LogLost(_address, what, advice);
        }

        return $$"""{"error":"{{JsonEncodedText.Encode($"joulet got no answer from Ollama at {_address}: {what}. {advice}")}}"}""";
    }

    private static string Reason(HttpRequestException failure) =>
        failure.InnerException is SocketException socket ? socket.Message : failure.HttpRequestError.ToString();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The proxy got no answer from Ollama at {Address}: {What}. {Advice} Until then its clients get a 502.")]
    private partial void LogLost(string address, string what, string advice);

    [LoggerMessage(Level = LogLevel.Information, Message = "The proxy reaches Ollama at {Address} again.")]
    private partial void LogBack(string address);
}
