using System.Net;
using Microsoft.Net.Http.Headers;

namespace Agent.Proxy;

/// <summary>
/// Which Host and Origin Ollama is shown, so that its own checks mean what they would mean had the client come directly.
/// Where it listens on loopback it refuses foreign hosts (DNS rebinding), and so it does behind a proxy on loopback: both pass
/// unchanged. An operator who lets the proxy listen to the network wants what Ollama does there: no check of the host,
/// and a page of the same origin is let in. A foreign origin passes unchanged in any case.
/// </summary>
internal sealed class HostRule(IPEndPoint listen, Uri upstream)
{
    private readonly bool _isOpen = !IPAddress.IsLoopback(listen.Address);
    private readonly string _authority = upstream.Authority;

    /// <summary>The network may come in.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Sets both on a request that has the client's.</summary>
    public void Apply(HttpRequest incoming, HttpRequestMessage outgoing)
    {
        var host = incoming.Headers.Host.ToString();
        if (_isOpen || host.Length == 0)
        {
            outgoing.Headers.Host = _authority;
        }

        if (_isOpen && Rewritten(incoming.Headers.Origin.ToString(), host) is { } origin)
        {
            outgoing.Headers.Remove(HeaderNames.Origin);
            outgoing.Headers.TryAddWithoutValidation(HeaderNames.Origin, origin);
        }
    }

    /// <summary>The same origin as Ollama sees it; null for any other. Ollama, too, compares letter by letter.</summary>
    private string? Rewritten(string origin, string host) =>
        origin == $"http://{host}" ? $"http://{_authority}"
        : origin == $"https://{host}" ? $"https://{_authority}"
        : null;
}
