using Agent.Config;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Finds the servers of all Ollamas and their runners in one look at /proc.</summary>
internal sealed class RunnerFinder(Procfs procfs, IReadOnlyList<Upstream> upstreams, Enabled runners)
{
    private const string SwitchedOff = "Reading the runners is switched off. Set ollama.runners to auto.";

    private readonly ProcessTable _processes = new(procfs);
    private readonly RunnerTrust _trust = new(procfs);

    /// <summary>The configured Ollamas, in their order.</summary>
    public IReadOnlyList<WatchedServer> Servers { get; } = [.. upstreams.Select(upstream => new WatchedServer(procfs, upstream))];

    /// <summary>Processor time of the servers' processes, each once; null while none is found.</summary>
    public double? ServerCpuSeconds =>
        Servers.SelectMany(each => each.Server.Pids).Distinct().Select(_processes.Find).OfType<TrackedProcess>().ToArray() is { Length: > 0 } found
            ? found.Sum(process => process.Stat.CpuSeconds)
            : null;

    /// <summary>Processes that look like Ollama's runners and are no server's children.</summary>
    public IEnumerable<TrackedProcess> Strangers => _processes.Processes.Where(process =>
        process.Kind is not OllamaProcess.Server && process.Kind.Blob is not null && OwnersOf(process).Length == 0);

    /// <summary>Looks at /proc: the runners there are now.</summary>
    /// <param name="uptime">Seconds since boot, if known.</param>
    public IReadOnlyList<FoundRunner> Find(double? uptime, Moment now)
    {
        _processes.Look(uptime);
        var listeners = new Lazy<IReadOnlyList<ListeningSocket>>(() => procfs.ReadListeners(Procfs.Self));
        var isWhole = true;
        foreach (var server in Servers)
        {
            isWhole &= server.Look(_processes, listeners, now);
        }

        if (!isWhole)
        {
            _processes.LookAgain(); // one of them may have been something else when it was looked at
        }

        return
        [
            .. from process in _processes.Processes
               where process.Kind is not OllamaProcess.Server
               let owners = OwnersOf(process)
               where owners.Length > 0
               select Judge(process, owners, now),
        ];
    }

    public void Forget(RunnerId runner) => _trust.Forget(runner);

    /// <summary>The Ollamas that started it: one, none, or several of which one did, and which cannot be told.</summary>
    private WatchedServer[] OwnersOf(TrackedProcess process)
    {
        WatchedServer[] owners = [.. Servers.Where(each => each.Server.Pids.Contains(process.Stat.Parent))];

        // Two addresses may lead to one server: then it is the first one's.
        return Array.Find(owners, each => each.Server is OllamaServer.Known) is { } known ? [known] : owners;
    }

    private FoundRunner Judge(TrackedProcess process, WatchedServer[] owners, Moment now)
    {
        var id = new RunnerId(process.Pid, process.Stat.StartTicks);
        var (endpoint, unreadable) = runners == Enabled.False ? (null, SwitchedOff) : _trust.Judge(id, process, owners[0].Server, now);
        var runner = new Runner
        {
            Id = id,
            Ollama = owners is [var only] ? only.Upstream.Name : "",
            Blob = process.Kind.Blob,
            Embedding = process.Kind is OllamaProcess.LlamaServer { Embedding: true },
            Unreadable = unreadable,
        };
        return new FoundRunner(runner, endpoint, process.Stat.CpuSeconds);
    }
}
