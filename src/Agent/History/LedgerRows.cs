using System.Collections.Immutable;
using System.Text.Json;
using Agent.Core.Attribution;

namespace Agent.History;

/// <summary>What of the ledger is kept, as rows.</summary>
internal static class LedgerRows
{
    private const string Log = "log";

    /// <summary>The parts this agent writes.</summary>
    public static IReadOnlySet<string> Parts { get; } = ImmutableHashSet.Create(Log);

    public static IReadOnlyDictionary<RowKey, string> Of(Ledger ledger) => ledger.LogPlaces.ToDictionary(
        place => new RowKey(Log, place.Key), place => JsonSerializer.Serialize(place.Value, StateJson.Default.LogPlace));

    /// <summary>A ledger that goes on from the rows.</summary>
    /// <exception cref="JsonException">A row is none of this agent's.</exception>
    public static Ledger Restore(Ledger start, IReadOnlyDictionary<RowKey, string> rows) => start with
    {
        LogPlaces = rows.Where(row => row.Key.Part == Log)
            .ToImmutableDictionary(row => row.Key.Key, row => JsonSerializer.Deserialize(row.Value, StateJson.Default.LogPlace)!),
    };
}
