using Agent.Core.Units;

namespace Agent;

/// <summary>Tells moments: the time since this clock was made, on the monotonic clock of a <see cref="TimeProvider"/>.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeProvider Time => time;

    public Moment Now => new(time.GetElapsedTime(_origin));
}
