using Agent.Core.Units;

namespace Agent.Sensors;

/// <summary>Says when something that is done less often than each round is due again.</summary>
internal sealed class Pace(TimeSpan every)
{
    /// <summary>Rounds come a little early or late: a second's pace must not turn into every other round.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(50);

    private Moment? _last;

    /// <summary>Whether it is due now; if so, it counts as done.</summary>
    /// <param name="sooner">A shorter time that will do as well.</param>
    public bool IsDue(Moment now, TimeSpan? sooner = null)
    {
        if (now - _last < (sooner ?? every) - Slack)
        {
            return false;
        }

        _last = now;
        return true;
    }
}
