using System.Collections.Immutable;
using Agent.Core.Attribution;

namespace Agent.History;

/// <summary>What an agent left, and how the next one goes on from it.</summary>
internal sealed record KeptState(StateStamp Stamp, SavedLedger Ledger, ImmutableDictionary<string, LogPlace> LogPlaces)
{
    /// <summary>The machine was not started anew since: its moments and counters go on.</summary>
    /// <param name="boot">This boot; null where it is not known.</param>
    /// <param name="sinceBoot">The monotonic clock now. In a container it may be its own, and start anew with it.</param>
    public bool IsOfThisBoot(string? boot, TimeSpan sinceBoot) => boot is not null && Stamp.Boot == boot && Stamp.SinceBoot <= sinceBoot;

    /// <summary>A ledger that goes on.</summary>
    /// <param name="start">What the operator set.</param>
    /// <param name="clock">This run's; of the same boot, with the same origin as the one before.</param>
    /// <param name="sameBoot">See <see cref="IsOfThisBoot"/>.</param>
    public Ledger Restore(Ledger start, MonotonicClock clock, bool sameBoot)
    {
        var kept = start with { LogPlaces = LogPlaces };
        return sameBoot
            ? Core.Attribution.Ledger.Restored(Ledger, kept, clock.Now)
            : Core.Attribution.Ledger.RestoredAfterBoot(Ledger, kept, clock.Now, clock.At(TimeSpan.Zero));
    }
}
