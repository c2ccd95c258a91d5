using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.Recording;

/// <summary>All that the fold starts from besides its events: what the operator set.</summary>
/// <remarks>A saved state that the ledger goes on from belongs here, and nowhere else.</remarks>
/// <param name="Since">When the run began.</param>
/// <param name="IdleWatts">Idle watts by device that the operator gave.</param>
/// <param name="Proxied">The Ollamas whose requests pass the proxy.</param>
internal sealed record RecordedStart(Moment Since, ImmutableDictionary<string, Watts> IdleWatts, ImmutableHashSet<string> Proxied)
{
    /// <summary>The ledger to fold into.</summary>
    public Ledger ToLedger() => Ledger.Empty with { Since = Since, IdleWatts = IdleWatts, Proxied = Proxied };

    /// <summary>Of a ledger that nothing was folded into yet.</summary>
    /// <exception cref="InvalidOperationException">It holds more than is recorded: replayed, it would not be the same.</exception>
    public static RecordedStart Of(Ledger start)
    {
        var empty = Ledger.Empty;
        return start with { Since = empty.Since, IdleWatts = empty.IdleWatts, Proxied = empty.Proxied } == empty
            ? new RecordedStart(start.Since, start.IdleWatts, start.Proxied)
            : throw new InvalidOperationException("The ledger starts from something that recordings do not hold.");
    }
}
