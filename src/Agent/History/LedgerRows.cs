using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.History;

/// <summary>What of the ledger is kept, as rows: what there may be many of has one each, so that a commit writes only what changed.</summary>
/// <remarks>
/// What is added to a saved record later needs a default value (a row without it is taken for damaged else); what changes its
/// meaning needs a step in <see cref="StateSchema"/>.
/// </remarks>
internal static class LedgerRows
{
    private const string Device = "device";
    private const string Model = "model";
    private const string Runner = "runner";
    private const string Requests = "requests";
    private const string Open = "open";
    private const string Log = "log";
    private const string Hour = "hour";
    private const string Rest = "ledger";

    /// <summary>The parts this agent writes.</summary>
    public static IReadOnlySet<string> Parts { get; } = ImmutableHashSet.Create(Device, Model, Runner, Requests, Open, Log, Hour, Rest);

    public static IReadOnlyDictionary<RowKey, string> Of(Ledger ledger)
    {
        var saved = ledger.Save();
        var json = StateJson.Default;
        var rows = new Dictionary<RowKey, string>();
        Put(rows, Device, saved.Devices, json.SavedDevice, device => device.Device.Id);
        Put(rows, Model, saved.Models, json.SavedModel, model => KeyOf(model.Model));
        Put(rows, Runner, saved.Runners, json.SavedRunner, runner => string.Create(CultureInfo.InvariantCulture, $"{runner.Runner.Id.Pid}/{runner.Runner.Id.StartTicks}"));
        Put(rows, Requests, saved.Requests, json.SavedRequests, requests => KeyOf(requests.Model));
        Put(rows, Open, saved.Open, json.SavedRequest, request => string.Create(CultureInfo.InvariantCulture, $"{request.Request.Id.Value}"));
        foreach (var (ollama, place) in ledger.LogPlaces)
        {
            rows.Add(new RowKey(Log, ollama), JsonSerializer.Serialize(place, json.LogPlace));
        }

        Put(rows, Hour, HoursOf(saved.Hours), json.SavedHours, hour => string.Create(CultureInfo.InvariantCulture, $"{hour.Cells.Select(cell => cell.Start).Concat(hour.Tokens.Select(counts => counts.Start)).First()}"));
        Put(rows, Rest, [saved with { Devices = [], Models = [], Runners = [], Requests = [], Open = [], Hours = saved.Hours is { } hours ? hours with { Cells = [], Tokens = [] } : null }], json.SavedLedger, _ => "");
        return rows;
    }

    /// <summary>An hour each: where history cannot be written there are hundreds, and all but the last stay as they are.</summary>
    private static IEnumerable<SavedHours> HoursOf(SavedHours? saved) => saved is null ? [] :
        from start in saved.Cells.Select(cell => cell.Start).Concat(saved.Tokens.Select(counts => counts.Start)).Distinct()
        select new SavedHours([.. saved.Cells.Where(cell => cell.Start == start)], [.. saved.Tokens.Where(counts => counts.Start == start)], [], null, 0);

    private static SavedHours? WithHours(SavedHours? hours, SavedHours[] parts) => hours is null ? null : hours with
    {
        Cells = [.. hours.Cells, .. parts.SelectMany(part => part.Cells)],
        Tokens = [.. hours.Tokens, .. parts.SelectMany(part => part.Tokens)],
    };

    /// <summary>What the rows hold.</summary>
    /// <exception cref="JsonException">A row is none of this agent's.</exception>
    public static (SavedLedger Ledger, ImmutableDictionary<string, LogPlace> LogPlaces) Read(IReadOnlyDictionary<RowKey, string> rows)
    {
        var json = StateJson.Default;
        return Get(rows, Rest, json.SavedLedger) is not [(_, var ledger)] ? throw new JsonException("its main row is missing") : (
            ledger with
            {
                Devices = [.. Get(rows, Device, json.SavedDevice).Select(row => row.Item)],
                Models = [.. Get(rows, Model, json.SavedModel).Select(row => row.Item)],
                Runners = [.. Get(rows, Runner, json.SavedRunner).Select(row => row.Item)],
                Requests = [.. Get(rows, Requests, json.SavedRequests).Select(row => row.Item)],
                Open = [.. Get(rows, Open, json.SavedRequest).Select(row => row.Item)],
                Hours = WithHours(ledger.Hours, [.. Get(rows, Hour, json.SavedHours).Select(row => row.Item)]),
            },
            Get(rows, Log, json.LogPlace).ToImmutableDictionary(row => row.Key, row => row.Item));
    }

    private static string KeyOf(ModelKey model) => $"{(model.Named ? "name" : "blob")} {model.Value} {model.Ollama}";

    private static void Put<T>(Dictionary<RowKey, string> rows, string part, IEnumerable<T> items, JsonTypeInfo<T> type, Func<T, string> key)
    {
        foreach (var item in items)
        {
            rows.Add(new RowKey(part, key(item)), JsonSerializer.Serialize(item, type));
        }
    }

    private static (string Key, T Item)[] Get<T>(IReadOnlyDictionary<RowKey, string> rows, string part, JsonTypeInfo<T> type) =>
    [
        .. from row in rows
           where row.Key.Part == part
           orderby row.Key.Key
           select (row.Key.Key, JsonSerializer.Deserialize(row.Value, type) ?? throw new JsonException($"the row {part} {row.Key.Key} is empty")),
    ];
}
