using Agent.Config;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Finds the Ollamas' servers and their runners in /proc.</summary>
internal sealed class RunnerFinder
{
    private const string SwitchedOff = "Reading the runners is switched off. Set ollama.runners to auto.";

    private readonly Enabled _runners;
    private readonly ProcessTable _processes;
    private readonly RunnerTrust _trust;

    public RunnerFinder(Procfs procfs, IReadOnlyList<NamedOllama> ollamas, Enabled runners)
    {
        _runners = runners;
        _processes = new ProcessTable(procfs);
        _trust = new RunnerTrust(procfs);
        Ollamas = [.. ollamas.Select(ollama => new WatchedOllama(ollama, procfs, _processes))];
    }

    public IReadOnlyList<WatchedOllama> Ollamas { get; }

    /// <summary>Processor time of the servers' processes; null while none is found.</summary>
    public double? ServerCpuSeconds => Ollamas.Select(ollama => ollama.CpuSeconds).OfType<double>().ToArray() is { Length: > 0 } found
        ? found.Sum()
        : null;

    /// <summary>Processes that look like Ollama's runners and are no server's children.</summary>
    public IEnumerable<TrackedProcess> Strangers => _processes.Processes.Where(process =>
        process.Kind is not OllamaProcess.Server && process.Kind.Blob is not null && ParentOf(process) is null);

    /// <summary>Looks at /proc: the runners there are now.</summary>
    /// <param name="uptime">Seconds since boot, if known.</param>
    public IReadOnlyList<FoundRunner> Find(double? uptime, Moment now)
    {
        _processes.Look(uptime);
        foreach (var ollama in Ollamas)
        {
            ollama.Look(now);
        }

        var found = new List<FoundRunner>();
        foreach (var process in _processes.Processes)
        {
            if (ParentOf(process) is { } parent)
            {
                found.Add(Judge(process, parent, now));
            }
        }

        return found;
    }

    public void Forget(RunnerId runner) => _trust.Forget(runner);

    /// <summary>The Ollama whose runner it is. One that is known for sure goes before one that may be any of several.</summary>
    private WatchedOllama? ParentOf(TrackedProcess process)
    {
        if (process.Kind is OllamaProcess.Server)
        {
            return null;
        }

        WatchedOllama? parent = null;
        foreach (var ollama in Ollamas)
        {
            if (ollama.Server.Pids.Contains(process.Stat.Parent) && parent?.Server is not OllamaServer.Known)
            {
                parent = ollama.Server is OllamaServer.Known ? ollama : parent ?? ollama;
            }
        }

        return parent;
    }

    private FoundRunner Judge(TrackedProcess process, WatchedOllama parent, Moment now)
    {
        var id = new RunnerId(process.Pid, process.Stat.StartTicks);
        var (endpoint, unreadable) = _runners == Enabled.False ? (null, SwitchedOff) : _trust.Judge(id, process, parent.Server, now);
        var runner = new Runner
        {
            Id = id,
            Ollama = parent.Ollama.Name,
            Blob = process.Kind.Blob,
            Embedding = process.Kind is OllamaProcess.LlamaServer { Embedding: true },
            Unreadable = unreadable,
        };
        return new FoundRunner(runner, endpoint, process.Stat.CpuSeconds);
    }
}
