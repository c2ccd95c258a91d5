using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>
/// When NVML is to be started anew. Each start costs other users of the GPUs, and most of what is broken is mended by a
/// person: so at once if it worked for a while, else after 30 s, doubling up to 5 minutes.
/// </summary>
internal sealed class NvmlRetry
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private TimeSpan _delay = Shortest;
    private Moment? _opened;
    private Moment? _at;

    public bool IsDue(Moment now) => now >= _at;

    public bool IsWaiting(Moment now) => now < _at;

    /// <summary>NVML was started.</summary>
    public void Opened(Moment now) => (_opened, _at) = (now, null);

    /// <summary>Everything works.</summary>
    public void Settled() => (_delay, _at) = (Shortest, null);

    /// <summary>A new start may mend it; it is likely to if this one worked for a while.</summary>
    public void Soon(Moment now)
    {
        if (now - _opened >= Shortest)
        {
            _at ??= now;
        }
        else
        {
            Later(now);
        }
    }

    /// <summary>A new start may mend it some time.</summary>
    /// <param name="now">The time.</param>
    /// <param name="byHandOnly">Whether only a person can mend it.</param>
    public void Later(Moment now, bool byHandOnly = false)
    {
        if (_at is null || now >= _at)
        {
            _at = now + (byHandOnly ? Longest : _delay);
            _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, Longest.Ticks));
        }
    }
}
