using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Agent.Config;

/// <summary>Reads <c>http://127.0.0.1:11434</c>, and what users put into OLLAMA_HOST.</summary>
internal static class OllamaAddress
{
    private const int OllamaPort = 11434;

    /// <summary>
    /// Where to connect to: without a scheme the port is Ollama's, and an address to listen at, 0.0.0.0 or [::], is
    /// reached at loopback.
    /// </summary>
    /// <exception cref="UriFormatException">It is no address; the configuration is checked before.</exception>
    public static Uri Parse(string text)
    {
        var schemed = text.Contains("://", StringComparison.Ordinal);
        var uri = new Uri(schemed ? text : $"http://{text}");
        if (!schemed && !text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{uri.Port}"), StringComparison.Ordinal))
        {
            uri = new UriBuilder(uri) { Port = OllamaPort }.Uri;
        }

        if (!IPAddress.TryParse(uri.DnsSafeHost, out var address))
        {
            return uri;
        }

        address = address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : address;
        return new UriBuilder(uri) { Host = HostOf(address) }.Uri;
    }

    /// <summary>Its host and port, always with the port.</summary>
    public static string NameOf(Uri address) => string.Create(CultureInfo.InvariantCulture, $"{address.Host}:{address.Port}");

    /// <summary>What two spellings of one address have in common.</summary>
    public static string PlaceOf(string text) => Parse(text) is { IsLoopback: true, HostNameType: UriHostNameType.Dns } localhost
        ? NameOf(new UriBuilder(localhost) { Host = HostOf(IPAddress.Loopback) }.Uri)
        : NameOf(Parse(text));

    private static string HostOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
