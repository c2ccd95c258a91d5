using System.Net;
using Agent.Config;

namespace Agent.Ollama;

/// <summary>Where the API of an Ollama is.</summary>
internal sealed record Upstream
{
    private Upstream(Uri address, IReadOnlyList<IPAddress> loopbacks)
    {
        Address = address;
        Loopbacks = loopbacks;
    }

    /// <summary>What this Ollama is called where there are several, such as 127.0.0.1:11500; empty where it is the only one.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The key of the configuration that its address comes from.</summary>
    public string Key => Name.Length == 0 ? "ollama.upstream" : "ollama.upstreams";

    /// <summary>Where to connect to.</summary>
    public Uri Address { get; }

    /// <summary>What it means on this machine, in the order tried; empty where it is another machine, or may be.</summary>
    public IReadOnlyList<IPAddress> Loopbacks { get; }

    public int Port => Address.Port;

    /// <summary>All that are configured, in their order.</summary>
    public static IReadOnlyList<Upstream> All(OllamaConfig config) => config.Addresses switch
    {
        [var only] => [Parse(only)],
        var several => [.. several.Select(Parse).Select(upstream => upstream with { Name = OllamaAddress.NameOf(upstream.Address) })],
    };

    /// <summary>Reads what was configured, as <see cref="OllamaAddress.Parse"/> does.</summary>
    /// <exception cref="UriFormatException">It is no address; the configuration is checked before.</exception>
    public static Upstream Parse(string text)
    {
        var uri = OllamaAddress.Parse(text);
        if (uri.IsLoopback && uri.HostNameType == UriHostNameType.Dns)
        {
            return new Upstream(uri, [IPAddress.Loopback, IPAddress.IPv6Loopback]); // "localhost"
        }

        return new Upstream(uri, IPAddress.TryParse(uri.DnsSafeHost, out var address) && IPAddress.IsLoopback(address) ? [address] : []);
    }

    public override string ToString() => Address.GetLeftPart(UriPartial.Authority);
}
