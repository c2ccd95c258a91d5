namespace Agent.Export;

/// <summary>The agent's own process: what it costs to measure. Null is what this system does not tell.</summary>
/// <param name="Version">The agent's version.</param>
/// <param name="StartTime">When it started, in seconds since 1970.</param>
/// <param name="CpuSeconds">Processor time it used.</param>
/// <param name="ResidentBytes">Memory it holds.</param>
/// <param name="OpenFiles">File descriptors it holds.</param>
internal sealed record Vitals(string Version, double StartTime, double CpuSeconds, long ResidentBytes, int? OpenFiles)
{
    /// <summary>What time it is.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Whether who tells the grid's intensity answers, and how often it did not, by cause. Null where nobody is asked.</summary>
    public (bool Up, IReadOnlyDictionary<string, long> Failures)? Grid { get; init; }

    /// <summary>The hours are written to history. Null where they are not to be.</summary>
    public bool? HistoryUp { get; init; }

    /// <summary>Scrapes that were not answered, by why.</summary>
    public IReadOnlyDictionary<string, long> ScrapesRefused { get; init; } = new Dictionary<string, long>();

    /// <summary>Whether the web config in force is what its file says, and requests that were denied, by why. Null where there is none.</summary>
    public (bool Up, IReadOnlyDictionary<string, long> Denied)? Web { get; init; }

    /// <summary>Whether a collector takes what is sent by OTLP, null before the first time; and exports it did not take, by why. Null where nothing is sent.</summary>
    public (bool? Up, IReadOnlyDictionary<string, long> Failures)? Otlp { get; init; }

    /// <summary>What the proxy could not tell the ledger, by reason. Null where there is no proxy.</summary>
    public IReadOnlyDictionary<string, long>? ProxyLost { get; init; }

    /// <summary>Lines of Ollama's log, by what became of them. Null where it is not read.</summary>
    public IReadOnlyDictionary<string, long>? LogLines { get; init; }

    /// <summary>How well the totals are kept over restarts. Null where they are not to be.</summary>
    public StateVitals? State { get; init; }
}
