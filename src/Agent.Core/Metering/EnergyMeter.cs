using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>Turns one device's readings into energy. Tells a wrap from a reset, and counts what it cannot tell.</summary>
/// <remarks>
/// A reading that fails costs nothing as long as the counter goes on: the next good one shows what was drawn meanwhile.
/// Only where the counter cannot tell (it started anew, or may have wrapped more than once) is the time unobserved.
/// </remarks>
public sealed partial record EnergyMeter
{
    /// <summary>Two readings of power further apart say nothing of what was drawn between them.</summary>
    private static readonly TimeSpan LongestIntegration = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time over which a counter's power is told: counters move in steps of up to 100 ms.</summary>
    private static readonly TimeSpan PowerSpan = TimeSpan.FromSeconds(1);

    /// <summary>A busy machine may take the processor from the reading thread between the value and its time stamp.</summary>
    private static readonly TimeSpan StampError = TimeSpan.FromMilliseconds(100);

    public static EnergyMeter Start { get; } = new();

    /// <summary>The power now; null where it is not known.</summary>
    public Watts? Power { get; private init; }

    public MeterMethod Method { get; private init; }

    /// <summary>Why the last reading failed; null when it was good.</summary>
    public Reading.Missing? Failure { get; private init; }

    public long Resets { get; private init; }

    public long Wraps { get; private init; }

    public ImmutableDictionary<MissingCause, long> Errors { get; private init; } = ImmutableDictionary<MissingCause, long>.Empty;

    public ImmutableDictionary<GapCause, TimeSpan> Unobserved { get; private init; } = ImmutableDictionary<GapCause, TimeSpan>.Empty;

    /// <summary>There was a good reading in this run; without one there is nothing to tell, not even zero.</summary>
    public bool WasRead { get; private init; }

    /// <summary>Time of this run whose energy is not known at all; a restart's may be, by the counter.</summary>
    public TimeSpan Unknown { get; private init; }

    /// <summary>It has nothing to tell, and that is no fault.</summary>
    public bool IsPaused => PausedAt is not null;

    public bool IsAsleep => SleptSince is not null || Last is (_, Reading.Asleep);

    /// <summary>The last good reading, from which the next is told; null before the first.</summary>
    private (Moment At, Reading Reading)? Last { get; init; }

    /// <summary>Since when it sleeps; null while awake.</summary>
    private Moment? SleptSince { get; init; }

    /// <summary>When it was last seen asleep; null while awake.</summary>
    private Moment? SleptUntil { get; init; }

    /// <summary>The last time it had nothing to tell; null where it told something since.</summary>
    private Moment? PausedAt { get; init; }

    /// <summary>Where the power now is reckoned from.</summary>
    private (Moment From, Joules Energy) Recent { get; init; }

    /// <summary>Takes a reading in.</summary>
    /// <returns>The meter after it, and what was drawn since the last good reading, where that can be told.</returns>
    public (EnergyMeter Next, EnergySpan? Span) Read(Moment at, Reading reading)
    {
        if (Invalid(reading) is { } invalid)
        {
            return (Failed(invalid), null);
        }

        if (Last is { } before && at <= before.At)
        {
            return (this, null);
        }

        var (next, span) = reading switch
        {
            Reading.Missing missing => (Failed(missing), null),
            Reading.Asleep => Back(at).Asleep(at),
            Reading.Paused => (Back(at).Paused(at) with { IsBack = false }, null),
            Reading.Counter counter => Back(at).Counted(at, counter),
            Reading.Power power => Back(at).Integrated(at, power),
            _ => throw new ArgumentOutOfRangeException(nameof(reading)),
        };
        return (reading is Reading.Missing or Reading.Paused ? next : next.Resumed(at) with { IsBack = false, WasRead = true }, span);
    }

    /// <summary>The machine was suspended: whatever a counter shows next, it may have started anew.</summary>
    public EnergyMeter Suspended(Moment at, TimeSpan length) =>
        Last is not { } last ? this : (this with { Last = null, Power = null }).Gap(GapCause.Suspend, length + (at - last.At));

    private (EnergyMeter Next, EnergySpan? Span) Counted(Moment at, Reading.Counter now)
    {
        var next = this with
        {
            Last = (at, now),
            SleptSince = null,
            SleptUntil = null,
            Failure = null,
            Method = MeterMethod.Counter,
            Power = now.PowerNow ?? Power,
        };
        if (Last is not var (since, earlier))
        {
            return (next with { Recent = (at, Joules.Zero) }, null);
        }

        var time = at - since;
        var awake = time - (SleptSince is { } asleep ? (SleptUntil ?? asleep) - asleep : TimeSpan.Zero);
        if (earlier is not Reading.Counter last)
        {
            // It slept, or told only its power: from here on the counter tells.
            return (earlier is Reading.Asleep ? next : next.Gap(GapCause.Reset, time), null);
        }

        var most = now.MostPower * (awake + now.Step + StampError);
        if ((now.Range ?? now.UnseenRange) is { } range && now.MostPower * awake > range)
        {
            return (next.Gap(GapCause.Silent, awake) with { Recent = (at, Joules.Zero) }, null);
        }

        var wrapped = now.Total < last.Total;
        var drawn = wrapped && now.Range is { } whole ? now.Total + whole - last.Total : now.Total - last.Total;
        if ((now.Epoch != last.Epoch && !IsBack) || drawn < Joules.Zero || drawn > most)
        {
            return ((next with { Resets = Resets + 1 }).Gap(GapCause.Reset, awake) with { Recent = (at, Joules.Zero) }, null);
        }

        return ((next with { Wraps = Wraps + (wrapped ? 1 : 0) }).WithPower(at, drawn, now.PowerNow), new EnergySpan(since, at, drawn, now.Step));
    }

    private (EnergyMeter Next, EnergySpan? Span) Integrated(Moment at, Reading.Power now)
    {
        var next = this with { Last = (at, now), Failure = null, Method = MeterMethod.Integrated, Power = now.Now };
        if (Last is not var (since, earlier))
        {
            return (next, null);
        }

        var time = at - since;
        var before = earlier switch
        {
            Reading.Power power => power.Now,
            Reading.Asleep => Watts.Zero,
            _ => (Watts?)null,
        };
        if (before is not { } start)
        {
            return (next.Gap(GapCause.Reset, time), null);
        }

        if (time > LongestIntegration)
        {
            return (next.Gap(GapCause.Silent, time), null);
        }

        return (next, new EnergySpan(since, at, (start + now.Now) * 0.5 * time, now.Mean));
    }

    /// <summary>
    /// A suspended device draws nothing worth counting. What it drew until it fell asleep its counter tells when it wakes; its
    /// power is taken to have fallen evenly.
    /// </summary>
    private (EnergyMeter Next, EnergySpan? Span) Asleep(Moment at)
    {
        if (Last is (_, Reading.Counter))
        {
            return (this with { SleptSince = SleptSince ?? at, SleptUntil = at, Failure = null, Power = Watts.Zero }, null);
        }

        var (next, span) = Last is (_, Reading.Power) ? Integrated(at, new Reading.Power(Watts.Zero, TimeSpan.Zero)) : (this, null);
        return (next with { Last = (at, new Reading.Asleep()), Failure = null, Power = Watts.Zero }, span);
    }

    /// <summary>A new series begins with the next reading.</summary>
    private EnergyMeter Paused(Moment at) => this with
    {
        Unknown = Unknown + (at - (PausedAt ?? Last?.At ?? at)),
        PausedAt = at,
        Last = null,
        SleptSince = null,
        Power = null,
        Failure = null,
    };

    /// <summary>It tells something again: what was drawn until now is not known.</summary>
    private EnergyMeter Resumed(Moment at) => PausedAt is { } paused ? this with { Unknown = Unknown + (at - paused), PausedAt = null } : this;

    private EnergyMeter Failed(Reading.Missing missing) => this with
    {
        Failure = missing,
        Power = null,
        Errors = Errors.SetItem(missing.Cause, Errors.GetValueOrDefault(missing.Cause) + 1),
    };

    private EnergyMeter Gap(GapCause cause, TimeSpan time)
    {
        var unknown = this with { Unknown = Unknown + time };
        return IsBack ? unknown : unknown.NotSeen(cause, time); // or counted already: the agent was down
    }

    private EnergyMeter NotSeen(GapCause cause, TimeSpan time) =>
        this with { Unobserved = Unobserved.SetItem(cause, Unobserved.GetValueOrDefault(cause) + time) };

    private EnergyMeter WithPower(Moment at, Joules drawn, Watts? told)
    {
        if (IsBack)
        {
            return this with { Recent = (at, Joules.Zero), Power = told };
        }

        var energy = Recent.Energy + drawn;
        var time = at - Recent.From;
        return time < PowerSpan
            ? this with { Recent = (Recent.From, energy) }
            : this with { Recent = (at, Joules.Zero), Power = told ?? energy / time };
    }

    private static Reading.Missing? Invalid(Reading reading)
    {
        var value = reading switch
        {
            Reading.Counter counter => counter.Total.Value,
            Reading.Power power => power.Now.Value,
            _ => 0,
        };
        return double.IsFinite(value) && value >= 0
            ? null
            : new Reading.Missing(MissingCause.Error, $"The reading {value} is no amount of energy or power.");
    }
}
