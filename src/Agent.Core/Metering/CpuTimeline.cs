using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>Readings of processor time, oldest dropped: how much was used between two moments, by whom.</summary>
public sealed record CpuTimeline
{
    private const int MostReadings = 1000;

    private const double Most = 0.9;

    public static CpuTimeline Empty { get; } = new();

    private ImmutableList<(Moment At, CpuTimes Times)> Readings { get; init; } = [];

    public CpuTimeline Add(Moment at, CpuTimes times)
    {
        var kept = Readings.Count >= MostReadings ? Readings.RemoveAt(0) : Readings;
        return this with { Readings = kept.Add((at, times)) };
    }

    /// <summary>Forgets what lies before a moment, but for the reading that is needed to tell the time from it on.</summary>
    public CpuTimeline Since(Moment moment)
    {
        var kept = Readings;
        while (kept.Count > 2 && kept[1].At <= moment)
        {
            kept = kept.RemoveAt(0);
        }

        return this with { Readings = kept };
    }

    /// <summary>The last reading; null before the first.</summary>
    public (Moment At, CpuTimes Times)? Last => Readings.Count > 0 ? Readings[^1] : null;

    /// <summary>Most of the time between two moments lies between readings.</summary>
    public bool Covers(Moment from, Moment to) => Readings.Count > 1
        && Moment.Min(Readings[^1].At, to) - Moment.Max(Readings[0].At, from) >= (to - from) * Most;

    /// <summary>Core-seconds used between two moments, evenly spread between readings; null where nothing was read.</summary>
    public CpuTimes? Between(Moment from, Moment to)
    {
        if (Readings.Count < 2)
        {
            return null;
        }

        CpuTimes? sum = null;
        for (var i = 1; i < Readings.Count; i++)
        {
            var (start, earlier) = Readings[i - 1];
            var (end, later) = Readings[i];
            var overlap = Moment.Min(end, to) - Moment.Max(start, from);
            if (overlap > TimeSpan.Zero && end > start)
            {
                sum = Add(sum, earlier, later, (end - start).TotalSeconds, overlap / (end - start));
            }
        }

        return sum;
    }

    private static CpuTimes Add(CpuTimes? sum, CpuTimes earlier, CpuTimes later, double seconds, double share)
    {
        var byPid = sum?.ByPid ?? ImmutableDictionary<int, double>.Empty;
        foreach (var (pid, total) in later.ByPid)
        {
            // A process that was found late brings its whole past along: no more than the processors could give is taken.
            var used = Math.Clamp(total - earlier.ByPid.GetValueOrDefault(pid), 0, seconds * later.Processors);
            byPid = byPid.SetItem(pid, byPid.GetValueOrDefault(pid) + (used * share));
        }

        // The server may be another process than before, with a past of its own.
        var server = earlier.Server is { } before && later.Server is { } after
            ? Math.Clamp(after - before, 0, seconds * later.Processors) * share
            : 0;
        return new CpuTimes(
            (sum?.Busy ?? 0) + (Math.Max(0, later.Busy - earlier.Busy) * share),
            later.Processors,
            (sum?.Server ?? 0) + server,
            byPid);
    }
}
