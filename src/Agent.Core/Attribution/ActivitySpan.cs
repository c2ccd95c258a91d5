using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What a runner did between two of its answers.</summary>
public readonly record struct ActivitySpan(Moment From, Moment To, PhaseSeconds Slots)
{
    /// <summary>Its part in a window, as if it were spread evenly.</summary>
    public PhaseSeconds Within(Moment from, Moment to)
    {
        var overlap = Moment.Min(To, to) - Moment.Max(From, from);
        var length = To - From;
        return overlap <= TimeSpan.Zero || length <= TimeSpan.Zero
            ? PhaseSeconds.None
            : Slots * (overlap / length);
    }
}
