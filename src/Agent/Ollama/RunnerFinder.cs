using Agent.Config;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Finds Ollama's server and its runners in /proc.</summary>
internal sealed class RunnerFinder(Procfs procfs, Upstream upstream, Enabled runners)
{
    private const string SwitchedOff = "Reading the runners is switched off. Set ollama.runners to auto.";

    /// <summary>How long an answer to "which process is the server" holds while that process lives and no other appears.</summary>
    private static readonly TimeSpan ServerHolds = TimeSpan.FromSeconds(10);

    /// <summary>The same while there is none: Ollama opens its port some time after its process starts.</summary>
    private static readonly TimeSpan DownHolds = TimeSpan.FromSeconds(1);

    private readonly ProcessTable _processes = new(procfs);
    private readonly ServerFinder _servers = new(procfs, upstream);
    private readonly RunnerTrust _trust = new(procfs);
    private long _serverStart;
    private Moment? _serverFound;

    public OllamaServer Server { get; private set; } = new OllamaServer.Down();

    /// <summary>Processor time of the server's process; null while none is found.</summary>
    public double? ServerCpuSeconds => Server.Pids.Select(_processes.Find).OfType<TrackedProcess>().ToArray() is { Length: > 0 } found
        ? found.Sum(process => process.Stat.CpuSeconds)
        : null;

    /// <summary>Processes that look like Ollama's runners and are not the server's children.</summary>
    public IEnumerable<TrackedProcess> Strangers => _processes.Processes.Where(process =>
        process.Kind is not OllamaProcess.Server && process.Kind.Blob is not null && !IsRunner(process));

    /// <summary>Looks at /proc: the runners there are now.</summary>
    /// <param name="uptime">Seconds since boot, if known.</param>
    public IReadOnlyList<FoundRunner> Find(double? uptime, Moment now)
    {
        _processes.Look(uptime);
        if (_serverFound is not { } found || now - found >= (Server is OllamaServer.Known ? ServerHolds : DownHolds) || ServerChanged())
        {
            FindServer(now);
        }

        return [.. _processes.Processes.Where(IsRunner).Select(process => Judge(process, now))];
    }

    public void Forget(RunnerId runner) => _trust.Forget(runner);

    private bool IsRunner(TrackedProcess process) =>
        process.Kind is not OllamaProcess.Server && Server.Pids.Contains(process.Stat.Parent);

    private bool ServerChanged() => Server is OllamaServer.Known known
        && _processes.Find(known.Pid)?.Stat.StartTicks != _serverStart;

    private void FindServer(Moment now)
    {
        Server = _servers.Find(_processes);
        _serverFound = now;
        _serverStart = Server is OllamaServer.Known known ? _processes.Find(known.Pid)!.Stat.StartTicks : 0;
        if (Server is OllamaServer.Unclear { Candidates.Count: 0 })
        {
            _processes.LookAgain(); // it may have been something else when it was looked at
        }
    }

    private FoundRunner Judge(TrackedProcess process, Moment now)
    {
        var id = new RunnerId(process.Pid, process.Stat.StartTicks);
        var (endpoint, unreadable) = runners == Enabled.False ? (null, SwitchedOff) : _trust.Judge(id, process, Server, now);
        var runner = new Runner
        {
            Id = id,
            Blob = process.Kind.Blob,
            Embedding = process.Kind is OllamaProcess.LlamaServer { Embedding: true },
            Unreadable = unreadable,
        };
        return new FoundRunner(runner, endpoint, process.Stat.CpuSeconds);
    }
}
