using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Units;

namespace Agent.Recording;

/// <summary>All that the fold starts from besides its events: what the operator set, and what was kept of the run before.</summary>
/// <param name="Since">When the run began.</param>
/// <param name="IdleWatts">Idle watts by device that the operator gave.</param>
/// <param name="Proxied">The Ollamas whose requests pass the proxy.</param>
/// <param name="LogPlaces">How far each Ollama's log was counted.</param>
/// <param name="Saved">What was kept; null where nothing was.</param>
/// <param name="Footprint">How the operator wants emissions and cost reckoned; null: as usual.</param>
/// <param name="Booted">When the machine was started, where that was after the run before; null in the same boot.</param>
internal sealed record RecordedStart(
    Moment Since,
    ImmutableDictionary<string, Watts> IdleWatts,
    ImmutableHashSet<string> Proxied,
    ImmutableDictionary<string, LogPlace> LogPlaces,
    SavedLedger? Saved,
    Moment? Booted,
    FootprintRules? Footprint = null)
{
    /// <summary>Of a ledger that nothing was folded into yet.</summary>
    /// <param name="start">The ledger.</param>
    /// <param name="saved">What it goes on from; null where it starts from nothing.</param>
    /// <param name="booted">When the machine was started, where the ledger goes on from before that.</param>
    /// <exception cref="InvalidOperationException">It holds more than is recorded: replayed, it would not be the same.</exception>
    public static RecordedStart Of(Ledger start, SavedLedger? saved = null, Moment? booted = null)
    {
        var recorded = new RecordedStart(start.Since, start.IdleWatts, start.Proxied, start.LogPlaces, saved, booted, start.Footprint.Rules == FootprintRules.Usual ? null : start.Footprint.Rules);
        return saved is not null || recorded.ToLedger() == start
            ? recorded
            : throw new InvalidOperationException("The ledger starts from something that recordings do not hold.");
    }

    /// <summary>The ledger to fold into.</summary>
    public Ledger ToLedger()
    {
        var set = Ledger.Empty with { Since = Since, IdleWatts = IdleWatts, Proxied = Proxied, LogPlaces = LogPlaces };
        set = Footprint is null ? set : set with { Footprint = FootprintBook.Empty with { Rules = Footprint } };
        return (Saved, Booted) switch
        {
            (null, _) => set,
            ({ } saved, { } booted) => Ledger.RestoredAfterBoot(saved, set, Since, booted),
            ({ } saved, null) => Ledger.Restored(saved, set, Since),
        };
    }
}
