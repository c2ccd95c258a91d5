using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>What of a meter outlives the agent.</summary>
/// <param name="At">When the last good reading was; null where there was none.</param>
/// <param name="Total">What the counter showed then; null where the device tells its power only.</param>
/// <param name="Power">The power then, of a device without a counter.</param>
/// <param name="SleptSince">Since when it slept.</param>
/// <param name="DownSince">Since when it was not read because the agent was down, where it was not read since.</param>
/// <param name="SleptUntil">When it was last seen asleep, where it slept.</param>
public sealed record SavedMeter(
    Moment? At,
    Joules? Total,
    Watts? Power,
    Moment? SleptSince,
    MeterMethod Method,
    long Resets,
    long Wraps,
    ImmutableDictionary<MissingCause, long> Errors,
    ImmutableDictionary<GapCause, TimeSpan> Unobserved,
    Moment? DownSince = null,
    Moment? SleptUntil = null);
