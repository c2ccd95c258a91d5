using Agent.Core.Units;

namespace Agent;

/// <summary>Tells moments: the time since this clock's origin, on the monotonic clock of a <see cref="TimeProvider"/>.</summary>
internal sealed class MonotonicClock
{
    private readonly long _origin;

    /// <summary>A clock that begins now.</summary>
    public MonotonicClock(TimeProvider time) => (Time, _origin) = (time, time.GetTimestamp());

    /// <summary>A clock on which moments mean what they meant on another one in the same boot.</summary>
    /// <param name="origin">The other one's <see cref="Origin"/>.</param>
    public MonotonicClock(TimeProvider time, TimeSpan origin) => (Time, _origin) = (time, StampOf(time, origin));

    public TimeProvider Time { get; }

    public Moment Now => new(Time.GetElapsedTime(_origin));

    /// <summary>What CLOCK_MONOTONIC showed at moment zero.</summary>
    public TimeSpan Origin => TimeSpan.FromTicks((long)((Int128)_origin * TimeSpan.TicksPerSecond / Time.TimestampFrequency));

    /// <summary>The moment of a time the kernel's CLOCK_MONOTONIC told: on Linux it is what the system's clock here counts, too.</summary>
    /// <param name="sinceBoot">What CLOCK_MONOTONIC showed, in this boot. From before this clock was made: a moment before its origin.</param>
    public Moment At(TimeSpan sinceBoot) => new(Time.GetElapsedTime(_origin, StampOf(Time, sinceBoot)));

    private static long StampOf(TimeProvider time, TimeSpan sinceBoot) =>
        (long)((Int128)sinceBoot.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond);
}
