using System.Collections.Immutable;
using Agent.Config;
using Agent.Core.Machine;
using Agent.Core.Units;

namespace Agent.Sensors.PowerState;

/// <summary>How the processors save power, look after look.</summary>
/// <remarks>
/// The first look visits all processors. After it each visits some dozens in turn, so that it costs a few milliseconds
/// on any machine: what counts up is late by a minute or two on the largest, but nothing of it is lost, and the
/// frequency is that of those visited.
/// </remarks>
internal sealed class CpuStateReader(PathsConfig paths, MonotonicClock clock)
{
    /// <summary>Each costs some 20 readings of 3 µs.</summary>
    private const int CpusPerLook = 32;

    /// <summary>Devices and processors are plugged in by hand.</summary>
    private static readonly TimeSpan DevicesEvery = TimeSpan.FromSeconds(60);

    private readonly CpuFiles _files = new(paths.Sysfs);
    private readonly PowerSavings _savings = new(new Sysfs(paths.Sysfs), paths.Procfs);
    private readonly CpuFrequency _frequency = new(new(paths.Sysfs), clock);
    private IReadOnlyList<int> _present = [];
    private ImmutableDictionary<string, PowerSaving> _saved = ImmutableDictionary<string, PowerSaving>.Empty;
    private CpuIdleBook? _idle;
    private CpuPolicyBook? _policies;
    private Moment? _devicesRead;
    private int _next;

    public CpuIdleBook Idle => _idle ??= new(_files);

    private CpuPolicyBook Policies => _policies ??= new(_files);

    public CpuState Read()
    {
        var isFirst = _devicesRead is null;
        if (!(clock.Now - _devicesRead < DevicesEvery))
        {
            _devicesRead = clock.Now;
            _present = _files.Present();
            _saved = _savings.Read();
        }

        var online = _files.Online() ?? _present.ToHashSet();
        var visited = Take(isFirst ? _present.Count : CpusPerLook);
        foreach (var cpu in visited)
        {
            Idle.Visit(cpu); // offline, too: what it counted before is not to be missed
        }

        var running = visited.Where(online.Contains).ToList();
        running.ForEach(Policies.Visit);
        Policies.Keep(online);
        return new()
        {
            Driver = Policies.Driver,
            Governors = Policies.Governors,
            Preferences = Policies.Preferences,
            IdleStates = Idle.Sums(),
            FrequencyHertz = _frequency.Read(running),
            MaxFrequencyHertz = Policies.MaxHertz,
            Turbo = Policies.Turbo,
            Smt = _files.Switch("smt/active"),
            Savings = _saved,
        };
    }

    /// <summary>The next processors in turn, each once.</summary>
    private List<int> Take(int count)
    {
        count = Math.Min(count, _present.Count);
        var taken = Enumerable.Range(_next, count).Select(i => _present[i % _present.Count]).ToList();
        _next = _present.Count == 0 ? 0 : (_next + count) % _present.Count;
        return taken;
    }
}
