using Agent.Core.Units;

namespace Agent;

/// <summary>Tells moments: the time since this clock was made, on the monotonic clock of a <see cref="TimeProvider"/>.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeProvider Time => time;

    public Moment Now => new(time.GetElapsedTime(_origin));

    /// <summary>What CLOCK_MONOTONIC showed when this clock was made.</summary>
    public TimeSpan Origin => TimeSpan.FromTicks((long)((Int128)_origin * TimeSpan.TicksPerSecond / time.TimestampFrequency));

    /// <summary>The moment of a time the kernel's CLOCK_MONOTONIC told: on Linux it is what the system's clock here counts, too.</summary>
    /// <param name="sinceBoot">What CLOCK_MONOTONIC showed, in this boot. From before this clock was made: a moment before its origin.</param>
    public Moment At(TimeSpan sinceBoot) => new(time.GetElapsedTime(
        _origin, (long)((Int128)sinceBoot.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond)));
}
