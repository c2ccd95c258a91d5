using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <content>What outlives the agent, and what a counter tells of the time it was down.</content>
public sealed partial record EnergyMeter
{
    /// <summary>Since when nothing was read because the agent was down; null once something is.</summary>
    private Moment? DownSince { get; init; }

    /// <summary>The reading that is being taken in is the first since the agent is back.</summary>
    private bool IsBack { get; init; }

    public SavedMeter Save() => new(
        Last?.At,
        Last?.Reading is Reading.Counter counter ? counter.Total : null,
        Last?.Reading is Reading.Power power ? power.Now : null,
        SleptSince,
        Method,
        Resets,
        Wraps,
        Errors,
        Unobserved,
        DownSince == Last?.At ? null : DownSince,
        SleptUntil);

    /// <summary>The meter as it was. The same counter is read again, on the same boot.</summary>
    public static EnergyMeter Restored(SavedMeter saved) => new()
    {
        Last = saved.At is { } at ? (at, ReadingOf(saved)) : null,
        SleptSince = saved.SleptSince,
        SleptUntil = saved.SleptUntil,
        DownSince = saved.DownSince ?? saved.At,
        Method = saved.Method,
        Resets = saved.Resets,
        Wraps = saved.Wraps,
        Errors = saved.Errors,
        Unobserved = saved.Unobserved,
    };

    /// <summary>The machine was started anew: its counters have, too.</summary>
    /// <param name="booted">When it was. What was drawn from then on is not known; nor is how long before the agent had ended.</param>
    public EnergyMeter Rebooted(Moment booted) => this with { Last = null, SleptSince = null, SleptUntil = null, DownSince = DownSince is null ? null : booted };

    private static Reading ReadingOf(SavedMeter saved) => saved switch
    {
        { Total: { } total } => new Reading.Counter(total) { MostPower = Watts.Zero },
        { Power: { } power } => new Reading.Power(power, TimeSpan.Zero),
        _ => new Reading.Asleep(),
    };

    /// <summary>Something is read again: the time since then was the agent's to see, and was not seen.</summary>
    private EnergyMeter Back(Moment at) => DownSince is { } since
        ? NotSeen(GapCause.Restart, at - since) with { DownSince = null, IsBack = true }
        : this;
}
