using Agent.Core.Units;

namespace Agent.Sensors.Hwmon;

/// <summary>
/// When a GPU that may sleep is left alone, so that it can: each reading of its sensors wakes it or begins its time to fall
/// asleep anew.
/// </summary>
internal sealed class HwmonRest
{
    /// <summary>So many looks, a second apart, that found it idle.</summary>
    public const int IdleLooks = 10;

    /// <summary>One that does not fall asleep when left alone has something else that keeps it up, a screen mostly.</summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private int _idle;
    private Moment? _until;
    private Moment? _next;

    /// <summary>How long it is left alone.</summary>
    /// <param name="delay">How long it needs to fall asleep.</param>
    public static TimeSpan LengthFor(TimeSpan delay) => (2 * delay) + Margin;

    /// <summary>Whether its sensors may be read now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="asleep">It sleeps.</param>
    public bool MayRead(Moment now, bool asleep)
    {
        if (asleep)
        {
            (_idle, _until, _next) = (0, null, null);
            return false;
        }

        if (now < _until)
        {
            return false;
        }

        if (_until is not null)
        {
            (_until, _next) = (null, now + BetweenTries);
        }

        return true;
    }

    /// <summary>It was looked at.</summary>
    /// <param name="now">The time.</param>
    /// <param name="idle">Nothing was done on it.</param>
    /// <param name="delay">How long it must be left alone to fall asleep.</param>
    public void Looked(Moment now, bool idle, TimeSpan delay)
    {
        _idle = idle ? _idle + 1 : 0;
        if (_idle >= IdleLooks && !(now < _next))
        {
            (_idle, _until) = (0, now + LengthFor(delay));
        }
    }
}
