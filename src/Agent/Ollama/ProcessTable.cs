using System.Runtime.InteropServices;

namespace Agent.Ollama;

/// <summary>The processes that may be Ollama's. A look costs a listing of /proc, and files only of what is new or was found.</summary>
internal sealed class ProcessTable(Procfs procfs)
{
    /// <summary>
    /// A process is looked at again until it is this old: between fork and exec it has its parent's command line, and
    /// a start script becomes the program it starts.
    /// </summary>
    private const double SettledSeconds = 5;

    private readonly List<int> _pids = [];
    private readonly Dictionary<int, Seen> _seen = [];
    private readonly Dictionary<int, TrackedProcess> _tracked = [];
    private int _look;

    public IReadOnlyCollection<TrackedProcess> Processes => _tracked.Values;

    public TrackedProcess? Find(int pid) => _tracked.GetValueOrDefault(pid);

    /// <summary>Looks at /proc.</summary>
    /// <param name="uptime">Seconds since boot; null where unknown, then what was looked at once is settled.</param>
    public void Look(double? uptime)
    {
        _look++;
        procfs.ListPids(_pids);
        foreach (var pid in _pids)
        {
            ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, pid, out _);
            seen.Look = _look;
            if (_tracked.TryGetValue(pid, out var known))
            {
                seen.Settled &= Refresh(known);
            }

            if (!seen.Settled)
            {
                seen.Settled = Identify(pid, uptime);
            }
        }

        if (_seen.Count > _pids.Count)
        {
            Forget();
        }
    }

    /// <summary>Forgets what is known of processes not tracked, so that all are looked at again.</summary>
    public void LookAgain()
    {
        foreach (var (pid, _) in _seen)
        {
            CollectionsMarshal.GetValueRefOrNullRef(_seen, pid).Settled = _tracked.ContainsKey(pid);
        }
    }

    /// <summary>Reads its state again; false where it is another process by now, or gone.</summary>
    private bool Refresh(TrackedProcess known)
    {
        if (procfs.ReadStat(known.Pid) is { Ended: false } stat && stat.StartTicks == known.Stat.StartTicks)
        {
            _tracked[known.Pid] = known with { Stat = stat };
            return true;
        }

        _tracked.Remove(known.Pid);
        return false;
    }

    /// <summary>Reads what it is; true where it will stay that.</summary>
    private bool Identify(int pid, double? uptime)
    {
        if (procfs.ReadStat(pid) is not { } stat)
        {
            return false;
        }

        if (stat.Ended || procfs.ReadCommand(pid) is not { } kind)
        {
            _tracked.Remove(pid);
        }
        else if (_tracked.GetValueOrDefault(pid) is not { } known || known.Kind != kind)
        {
            _tracked[pid] = new TrackedProcess(pid, procfs.ReadUser(pid), kind, stat);
        }

        // A container's time since boot may be younger than the kernel's, which processes are stamped with.
        return !(uptime - (stat.StartTicks / ProcessStat.TicksPerSecond) is >= 0 and < SettledSeconds);
    }

    private void Forget()
    {
        foreach (var (pid, seen) in _seen)
        {
            if (seen.Look != _look)
            {
                _seen.Remove(pid);
                _tracked.Remove(pid);
            }
        }
    }

    private struct Seen
    {
        public int Look;
        public bool Settled;
    }
}
