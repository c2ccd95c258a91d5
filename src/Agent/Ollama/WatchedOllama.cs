using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>One Ollama's server process, found again now and then.</summary>
internal sealed class WatchedOllama(NamedOllama ollama, Procfs procfs, ProcessTable processes)
{
    /// <summary>How long an answer to "which process is the server" holds while that process lives and no other appears.</summary>
    private static readonly TimeSpan ServerHolds = TimeSpan.FromSeconds(10);

    /// <summary>The same while there is none: Ollama opens its port some time after its process starts.</summary>
    private static readonly TimeSpan DownHolds = TimeSpan.FromSeconds(1);

    private readonly ServerFinder _finder = new(procfs, ollama.Upstream);
    private long _start;
    private Moment? _found;

    public NamedOllama Ollama => ollama;

    public OllamaServer Server { get; private set; } = new OllamaServer.Down();

    /// <summary>Processor time of the server's process; null while none is found.</summary>
    public double? CpuSeconds => Server.Pids.Select(processes.Find).OfType<TrackedProcess>().ToArray() is { Length: > 0 } found
        ? found.Sum(process => process.Stat.CpuSeconds)
        : null;

    /// <summary>Looks for the server again, where that is due.</summary>
    public void Look(Moment now)
    {
        if (_found is not { } found || now - found >= (Server is OllamaServer.Known ? ServerHolds : DownHolds) || HasChanged())
        {
            Find(now);
        }
    }

    private bool HasChanged() => Server is OllamaServer.Known known
        && processes.Find(known.Pid)?.Stat.StartTicks != _start;

    private void Find(Moment now)
    {
        Server = _finder.Find(processes);
        _found = now;
        _start = Server is OllamaServer.Known known ? processes.Find(known.Pid)!.Stat.StartTicks : 0;
        if (Server is OllamaServer.Unclear { Candidates.Count: 0 })
        {
            processes.LookAgain(); // it may have been something else when it was looked at
        }
    }
}
