using Agent.Core.Attribution;

namespace Agent.Recording;

/// <summary>What replaying a recording gave.</summary>
internal abstract record ReplayResult
{
    private ReplayResult()
    {
    }

    /// <summary>The ledger, as it was.</summary>
    /// <param name="Events">How many of each kind.</param>
    /// <param name="IsCut">The recording's last line was not whole, and left out.</param>
    public sealed record Folded(RecordingHeader Header, Ledger Ledger, IReadOnlyDictionary<string, long> Events, bool IsCut) : ReplayResult;

    /// <summary>It cannot be replayed.</summary>
    /// <param name="Problem">Why: file, line, reason.</param>
    public sealed record Refused(string Problem) : ReplayResult;
}
