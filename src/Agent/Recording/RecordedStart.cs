using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.Recording;

/// <summary>All that the fold starts from besides its events: what the operator set, and what an earlier run left.</summary>
/// <param name="Since">When the run began.</param>
/// <param name="IdleWatts">Idle watts by device that the operator gave.</param>
/// <param name="Proxied">The Ollamas whose requests pass the proxy.</param>
/// <param name="Left">What an earlier run left; null where the ledger starts from nothing.</param>
/// <param name="LogPlaces">Up to where each Ollama's log was counted.</param>
internal sealed record RecordedStart(
    Moment Since,
    ImmutableDictionary<string, Watts> IdleWatts,
    ImmutableHashSet<string> Proxied,
    SavedLedger? Left,
    ImmutableDictionary<string, LogPlace> LogPlaces)
{
    /// <summary>The ledger to fold into.</summary>
    public Ledger ToLedger()
    {
        var start = Ledger.Empty with { Since = Since, IdleWatts = IdleWatts, Proxied = Proxied, LogPlaces = LogPlaces };
        return Left is null ? start : Ledger.Restored(Left, start, Since);
    }

    /// <summary>Of a ledger that nothing was folded into yet in this run.</summary>
    public static RecordedStart Of(Ledger start)
    {
        var set = Ledger.Empty with { Since = start.Since, IdleWatts = start.IdleWatts, Proxied = start.Proxied, LogPlaces = start.LogPlaces };
        return new RecordedStart(start.Since, start.IdleWatts, start.Proxied, start == set ? null : start.Save(), start.LogPlaces);
    }
}
