using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>One of the configured Ollamas, and the process that was found to serve it.</summary>
internal sealed class WatchedServer(Procfs procfs, Upstream upstream)
{
    /// <summary>How long an answer to "which process is the server" holds while that process lives and no other appears.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(10);

    /// <summary>The same while there is none: Ollama opens its port some time after its process starts.</summary>
    private static readonly TimeSpan DownHolds = TimeSpan.FromSeconds(1);

    private readonly ServerFinder _finder = new(procfs, upstream);
    private long _started;
    private Moment? _found;

    public Upstream Upstream => upstream;

    public OllamaServer Server { get; private set; } = new OllamaServer.Down();

    /// <summary>Looks for it again, where what was found does not hold any more.</summary>
    /// <param name="processes">Looked at just now.</param>
    /// <param name="listeners">The sockets that listen in the agent's network namespace.</param>
    /// <returns>False where nothing that is known of the processes can be it.</returns>
    public bool Look(ProcessTable processes, Lazy<IReadOnlyList<ListeningSocket>> listeners, Moment now)
    {
        if (_found is { } found && now - found < (Server is OllamaServer.Known ? Holds : DownHolds) && !HasChanged(processes))
        {
            return true;
        }

        Server = _finder.Find(processes, listeners.Value);
        _found = now;
        _started = Server is OllamaServer.Known known ? processes.Find(known.Pid)!.Stat.StartTicks : 0;
        return Server is not OllamaServer.Unclear { Candidates.Count: 0 };
    }

    private bool HasChanged(ProcessTable processes) => Server is OllamaServer.Known known
        && processes.Find(known.Pid)?.Stat.StartTicks != _started;
}
