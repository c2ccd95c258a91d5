using System.Collections.Immutable;

namespace Agent.Simulation;

/// <summary>The processes of the simulated machine, and the processor time of those that are no more.</summary>
internal sealed class ProcessTable
{
    /// <summary>Ollama's own user id.</summary>
    public const int OllamaUser = 996;

    /// <summary>The user id of the person at the desk.</summary>
    public const int DeskUser = 1000;

    /// <summary>Ollama's service, as <c>cgroup</c> has it.</summary>
    public const string OllamaGroup = "/system.slice/ollama.service";

    /// <summary>The desk's session, as <c>cgroup</c> has it.</summary>
    public const string DeskGroup = "/user.slice/user-1000.slice/session-2.scope";

    /// <summary>How long the machine was up before the world began.</summary>
    private static readonly TimeSpan UpBefore = new(days: 3, hours: 4, minutes: 17, seconds: 9);

    private readonly Chance _chance;
    private readonly SortedDictionary<int, SimulatedProcess> _live = [];
    private double _ended = 5_212.5;
    private int _lastPid = 41_300;

    public ProcessTable(Chance chance)
    {
        _chance = chance;
        Add(new(1, 0, 0, "systemd", ["/sbin/init"], 2) { Cgroup = "/init.scope" });
        Add(new(1187, 1, OllamaUser, "ollama", ["/usr/local/bin/ollama", "serve"], 2_114) { Cgroup = OllamaGroup });
        Add(new(2210, 1, DeskUser, "gnome-shell", ["/usr/bin/gnome-shell"], 4_875) { Cgroup = DeskGroup });
        Add(new(Self, 1, 994, "joulet", ["/usr/bin/joulet", "run"], 5_006)
        {
            Cgroup = "/system.slice/joulet.service",
        });
        Server = _live[1187];
        Desktop = _live[2210];
    }

    /// <summary>The pid the agent itself is given.</summary>
    public const int Self = 2944;

    public IEnumerable<SimulatedProcess> Live => _live.Values;

    /// <summary>The process of <c>ollama serve</c>.</summary>
    public SimulatedProcess Server { get; }

    public SimulatedProcess Desktop { get; }

    /// <summary>Of all processes since boot, in core-seconds.</summary>
    public double CpuSeconds => _ended + _live.Values.Sum(process => process.CpuSeconds);

    public bool Lives(int pid) => _live.ContainsKey(pid);

    public static TimeSpan UpTime(TimeSpan now) => UpBefore + now;

    public SimulatedProcess Start(
        TimeSpan now, int parent, int user, string group, string name, params ImmutableArray<string> commandLine)
    {
        _lastPid += _chance.Between(3, 90);
        var process = new SimulatedProcess(
            _lastPid, parent, user, name, commandLine, (long)(UpTime(now).TotalSeconds * 100))
        {
            Cgroup = group,
        };
        Add(process);
        return process;
    }

    public void End(SimulatedProcess process)
    {
        _live.Remove(process.Pid);
        _ended += process.CpuSeconds;
    }

    private void Add(SimulatedProcess process) => _live.Add(process.Pid, process);
}
