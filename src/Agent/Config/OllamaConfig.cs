namespace Agent.Config;

/// <summary>The Ollama whose tokens are counted, or several of them.</summary>
internal sealed class OllamaConfig
{
    /// <summary>Its address. Default http://127.0.0.1:11434.</summary>
    public string Upstream { get; set; } = "http://127.0.0.1:11434";

    /// <summary>The addresses of several on this machine, by their place in the list; 16 at most. Default none: <see cref="Upstream"/> is the only one.</summary>
    public SortedDictionary<int, string> Upstreams { get; set; } = [];

    /// <summary>The addresses of all there are: of one, or of several.</summary>
    public IReadOnlyList<string> Addresses => Upstreams.Count > 0 ? [.. Upstreams.Values] : [Upstream];

    /// <summary>Whether the runners' own loopback endpoints are read: auto or false. Default auto.</summary>
    public Enabled Runners { get; set; } = Enabled.Auto;

    /// <summary>Where the proxy listens, such as 127.0.0.1:11435; of several Ollamas it is the first one's. Default empty: no proxy.</summary>
    public string ProxyListen { get; set; } = "";

    /// <summary>The systemd unit whose journal is read for what runners write there; of several Ollamas it is the first one's. Default ollama.service; empty: none.</summary>
    public string JournalUnit { get; set; } = "ollama.service";

    /// <summary>Time between two calls of /api/ps, beside every change of runners. Default 30 s; allowed 5 s to 1 h.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(30);
}
