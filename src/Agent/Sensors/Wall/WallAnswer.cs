using System.Globalization;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Wall;

/// <summary>What a meter at the wall answered.</summary>
internal abstract record WallAnswer
{
    /// <summary>More than any socket or machine takes: what tells so does not tell watts.</summary>
    private const double MostWatts = 100_000;

    private WallAnswer()
    {
    }

    /// <summary>The reading it is for the ledger.</summary>
    public abstract Reading Reading { get; }

    /// <summary>What a number of watts is worth: power, or why it cannot be what a machine draws.</summary>
    /// <param name="watts">As the meter told it.</param>
    /// <param name="mean">Over how long back the meter averages.</param>
    /// <param name="meter">What the meter calls itself.</param>
    public static WallAnswer Of(double watts, TimeSpan mean, string meter) => watts switch
    {
        0 => new Nothing(
            MissingCause.Error,
            $"{meter} tells 0 W: nothing draws power behind it, or less than it can tell.",
            "See that this machine hangs on it, and on this channel."),
        > 0 and <= MostWatts => new Drawn(new Watts(watts), mean, meter),
        < 0 and >= -MostWatts => new Nothing(
            MissingCause.Error,
            string.Create(CultureInfo.InvariantCulture, $"{meter} tells {watts:0.#} W: no machine draws less than nothing, so its clamp is reversed, or something feeds in behind it."),
            "Turn the clamp round or set the meter to measure reversed, and have nothing but this machine behind it."),
        _ => new Nothing(
            MissingCause.Error,
            string.Create(CultureInfo.InvariantCulture, $"{meter} tells {watts:0.###E+0} W, which no machine draws."),
            "See what it measures, and whether it tells watts."),
    };

    /// <summary>Power was drawn.</summary>
    /// <param name="Power">How much.</param>
    /// <param name="Mean">Over how long back the meter averages.</param>
    /// <param name="Meter">What the meter calls itself: <c>Shelly Plus Plug S, gen 2,</c>.</param>
    public sealed record Drawn(Watts Power, TimeSpan Mean, string Meter) : WallAnswer
    {
        public override Reading Reading => new Reading.Power(Power, Mean);
    }

    /// <summary>There is no number to be had.</summary>
    /// <param name="Cause">The kind of failure.</param>
    /// <param name="What">What happened, in a sentence.</param>
    /// <param name="Fix">What to do about it, in a sentence.</param>
    public sealed record Nothing(MissingCause Cause, string What, string Fix) : WallAnswer
    {
        public override Reading Reading => new Reading.Missing(Cause, $"{What} {Fix}");
    }
}
