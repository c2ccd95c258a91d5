using Agent.Core.Attribution;

namespace Agent.Export;

/// <summary>All that is exported at one moment.</summary>
internal sealed record Snapshot(Ledger Ledger, Vitals Vitals);
