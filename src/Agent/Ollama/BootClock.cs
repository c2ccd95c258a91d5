using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>The time since boot, which counts suspended time, beside the monotonic clock, which does not.</summary>
internal sealed class BootClock(Procfs procfs, MonotonicClock clock)
{
    /// <summary>Differences below this are no suspend.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    private Moment _before;
    private Moment _after;

    /// <summary>Seconds since boot at the last look; null where /proc/uptime cannot be read.</summary>
    public double? Uptime { get; private set; }

    /// <summary>Looks at both clocks.</summary>
    /// <returns>How long the machine was suspended since the last look; null if it was not.</returns>
    public TimeSpan? Look()
    {
        var (before, uptime, after) = (clock.Now, procfs.ReadUptime(), clock.Now);
        // From before the first reading until after the second: that this process was held up between two lines is no suspend.
        var suspended = TimeSpan.FromSeconds(uptime - Uptime ?? 0) - (after - _before);
        (Uptime, _before, _after) = (uptime ?? Uptime, before, after);
        return suspended > Shortest ? suspended : null;
    }

    /// <summary>The moment of a process's start; that of the last look where the time since boot is not known.</summary>
    /// <param name="startTicks">In clock ticks since boot.</param>
    /// <remarks>Never later than the last look: a container's time since boot (lxcfs) may be younger than the kernel's, in which the ticks are.</remarks>
    public Moment StartOf(long startTicks) => Uptime is { } uptime
        ? Moment.Min(_after, _after - TimeSpan.FromSeconds(uptime - (startTicks / ProcessStat.TicksPerSecond)))
        : _after;
}
