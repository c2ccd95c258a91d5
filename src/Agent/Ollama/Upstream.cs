using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Agent.Ollama;

/// <summary>Where Ollama's API is.</summary>
internal sealed record Upstream
{
    private const int OllamaPort = 11434;

    private Upstream(Uri address, IReadOnlyList<IPAddress> loopbacks)
    {
        Address = address;
        Loopbacks = loopbacks;
    }

    /// <summary>Where to connect to.</summary>
    public Uri Address { get; }

    /// <summary>What it means on this machine, in the order tried; empty where it is another machine, or may be.</summary>
    public IReadOnlyList<IPAddress> Loopbacks { get; }

    public int Port => Address.Port;

    /// <summary>
    /// Reads <c>http://127.0.0.1:11434</c>, and what users put into OLLAMA_HOST: without a scheme the port is Ollama's,
    /// and an address to listen at, 0.0.0.0 or [::], is reached at loopback.
    /// </summary>
    /// <exception cref="UriFormatException">It is no address; the configuration is checked before.</exception>
    public static Upstream Parse(string text)
    {
        var schemed = text.Contains("://", StringComparison.Ordinal);
        var uri = new Uri(schemed ? text : $"http://{text}");
        if (!schemed && !text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{uri.Port}"), StringComparison.Ordinal))
        {
            uri = new UriBuilder(uri) { Port = OllamaPort }.Uri;
        }

        if (uri.IsLoopback && uri.HostNameType == UriHostNameType.Dns)
        {
            return new Upstream(uri, [IPAddress.Loopback, IPAddress.IPv6Loopback]); // "localhost"
        }

        if (!IPAddress.TryParse(uri.DnsSafeHost, out var address))
        {
            return new Upstream(uri, []);
        }

        address = address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : address;
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return new Upstream(
            new UriBuilder(uri) { Host = host }.Uri,
            IPAddress.IsLoopback(address) ? [address] : []);
    }

    public override string ToString() => Address.GetLeftPart(UriPartial.Authority);
}
