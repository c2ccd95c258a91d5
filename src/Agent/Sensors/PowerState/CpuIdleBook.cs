using System.Collections.Immutable;
using Agent.Core.Machine;

namespace Agent.Sensors.PowerState;

/// <summary>
/// Adds up the idle states of all processors. The sums never fall, although a processor that is taken offline and comes
/// back may count from zero: what it counted before stays in them.
/// </summary>
/// <remarks>See https://docs.kernel.org/admin-guide/pm/cpuidle.html: time is in microseconds, disable 1 where it is off.</remarks>
internal sealed class CpuIdleBook(CpuFiles files)
{
    /// <summary>The state that is none: the processor runs in a loop.</summary>
    public const string Polling = "POLL";

    /// <summary>As many as the kernel has for a processor (CPUIDLE_STATE_MAX).</summary>
    private const int MostStates = 10;

    /// <summary>Names of different kinds of processors; those past it are not counted.</summary>
    private const int MostNames = 32;

    /// <summary>An operator changes it, by hand.</summary>
    private const int VisitsPerLookAtDisable = 6;

    private readonly Dictionary<int, ImmutableArray<CpuIdleTrack>> _tracks = [];
    private readonly Dictionary<int, int> _visits = [];
    private readonly HashSet<int> _lost = [];
    private readonly Dictionary<string, (long Microseconds, long Entries)> _sums = new(StringComparer.Ordinal);

    /// <summary>Processors that have idle states now.</summary>
    public int Cpus => _tracks.Count(pair => !pair.Value.IsEmpty && !_lost.Contains(pair.Key));

    /// <summary>The deepest state that is not switched off everywhere; null where there is none but polling.</summary>
    public string? Deepest => Present
        .SelectMany(tracks => tracks.Index())
        .Where(one => one.Item is { Disabled: false, Name: not Polling })
        .OrderByDescending(one => one.Index)
        .Select(one => one.Item.Name)
        .FirstOrDefault();

    private IEnumerable<ImmutableArray<CpuIdleTrack>> Present =>
        _tracks.Where(pair => !_lost.Contains(pair.Key)).Select(pair => pair.Value);

    public void Visit(int cpu)
    {
        var tracks = Tracks(cpu);
        var visits = _visits.GetValueOrDefault(cpu);
        _visits[cpu] = visits + 1;
        var isThere = false;
        foreach (var (state, track) in tracks.Index())
        {
            if (files.Number(cpu, state, "time") is { } time && files.Number(cpu, state, "usage") is { } entries)
            {
                isThere = true;
                Add(track, time, entries);
                track.Disabled = visits % VisitsPerLookAtDisable == 0
                    ? files.Number(cpu, state, "disable") is > 0
                    : track.Disabled;
            }
        }

        _ = isThere ? _lost.Remove(cpu) : _lost.Add(cpu);
    }

    public ImmutableDictionary<string, CpuIdle> Sums() => _sums.ToImmutableDictionary(
        pair => pair.Key,
        pair => new CpuIdle(
            pair.Value.Microseconds / 1e6,
            pair.Value.Entries,
            Present.Count(tracks => tracks.Any(track => track.Name == pair.Key && track.Disabled))));

    private void Add(CpuIdleTrack track, long time, long entries)
    {
        var known = _sums.TryGetValue(track.Name, out var sum);
        if (!known && _sums.Count >= MostNames)
        {
            return;
        }

        // Both count anew where one does, even if the other is already past where it was.
        var isAnew = time < track.Microseconds || entries < track.Entries;
        _sums[track.Name] = (
            sum.Microseconds + (isAnew ? time : time - track.Microseconds),
            sum.Entries + (isAnew ? entries : entries - track.Entries));
        (track.Microseconds, track.Entries) = (time, entries);
    }

    /// <summary>The names are read once, and again when a processor comes back: it may have other states then.</summary>
    private ImmutableArray<CpuIdleTrack> Tracks(int cpu)
    {
        var before = _tracks.GetValueOrDefault(cpu, []);
        if (before.Length > 0 && !_lost.Contains(cpu))
        {
            return before;
        }

        var names = Enumerable.Range(0, MostStates)
            .Select(state => files.Text(cpu, state, "name"))
            .TakeWhile(name => name is not null)
            .ToList();
        if (names.Count == 0)
        {
            return before; // kept: its counters may go on when it comes back
        }

        return _tracks[cpu] =
        [
            .. names.Select((name, state) => state < before.Length && before[state].Name == name
                ? before[state]
                : new CpuIdleTrack(name!)),
        ];
    }
}
