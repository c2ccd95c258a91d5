using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Reports;

namespace Agent.Export;

/// <summary>What each model cost and did. A model appears once its name is known.</summary>
internal static class ModelMetrics
{
    private static readonly string[] ByModel = ["model", MetricRow.Ollama];

    private static readonly string[] ByCause = ["model", "cause", MetricRow.Ollama];

    private static readonly string[] ByPhase = ["model", "phase", MetricRow.Ollama];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_model_energy_joules_total", MetricType.Counter,
            "Energy a model cost, by what it was spent on and where it was drawn.",
            ["model", "category", "component", MetricRow.Ollama],
            snapshot => HostMetrics.Booked(snapshot.Ledger)
                .Where(booking => booking.Account.Model is { Named: true })
                .GroupBy(booking => (booking.Account, booking.Component))
                .Select(group => Sample.Of(
                    group.Key.Account.Model!.Value,
                    group.Sum(booking => booking.Energy.Value),
                    Labels.Of(group.Key.Account.Category),
                    Labels.Of(group.Key.Component)))),
        new("joulet_model_tokens_total", MetricType.Counter,
            "Tokens: prompt tokens evaluated, prompt tokens taken from the cache, and tokens generated.",
            ["model", "type", MetricRow.Ollama],
            snapshot => Models(snapshot)
                .Where(model => model.Totals.Source != TokenSource.None)
                .SelectMany(model => Tokens(model.Key, model.Totals.Tokens))),
        new("joulet_model_token_source_info", MetricType.Info,
            "Where a model's token counts come from, and how sure they are; absent where nothing counts them.",
            ["model", "source", "quality", MetricRow.Ollama],
            snapshot => Models(snapshot)
                .Where(model => model.Totals.Source != TokenSource.None)
                .Select(model => Sample.Of(model.Key, 1, Labels.Of(model.Totals.Source), Quality(model.Totals)))),
        new("joulet_model_busy_seconds_total", MetricType.Counter,
            "Wall time a model spent in a phase.", ByPhase,
            snapshot => Models(snapshot).SelectMany(model => Phases(model.Key, model.Totals.Busy))),
        new("joulet_model_slot_seconds_total", MetricType.Counter,
            "The same summed over its slots; divided by wall time it is the concurrency.", ByPhase,
            snapshot => Models(snapshot).SelectMany(model => Phases(model.Key, model.Totals.Slots))),
        new("joulet_model_joules_per_token", MetricType.Gauge,
            "Energy per generated token over the last 5 minutes: active is prompt and generation; full adds load, loaded idle "
            + "and a share of idle. Absent under 30 tokens or 1 s of generation.",
            ["model", "boundary", MetricRow.Ollama],
            snapshot => Models(snapshot).SelectMany(model =>
                JoulesPerToken.Of(snapshot.Ledger, model.Key) is { } ratio
                    ? [Sample.Of(model.Key, ratio.Active, "active"), Sample.Of(model.Key, ratio.Full, "full")]
                    : Array.Empty<Sample>())),
        new("joulet_model_phase_joules_per_token", MetricType.Gauge,
            "The same by phase: generation per generated token, prompt per evaluated prompt token (cached ones are not among them). Each is absent under 30 tokens or 1 s.",
            ByPhase,
            snapshot => Models(snapshot).SelectMany(model => JoulesPerToken.Of(snapshot.Ledger, model.Key) is { } ratio
                ? ratio.Prompt is { } prompt
                    ? [Sample.Of(model.Key, ratio.Generation, "generation"), Sample.Of(model.Key, prompt, "prompt")]
                    : [Sample.Of(model.Key, ratio.Generation, "generation")]
                : Array.Empty<Sample>())),
        new("joulet_model_joules_per_token_error_ratio", MetricType.Gauge,
            "By what part of it the active figure may be off at most, as far as the agent can tell: steps of the counters at each start and end of work, the spread "
            + "of baselines, and how those who worked together were told apart. It does not hold the sensors' own error.",
            ByModel,
            snapshot => Models(snapshot).SelectMany(model => JoulesPerToken.Of(snapshot.Ledger, model.Key) is { } ratio
                ? [Sample.Of(model.Key, ratio.Error)]
                : Array.Empty<Sample>())),
        new("joulet_model_joules_per_token_estimated_ratio", MetricType.Gauge,
            "What part of joulet_model_joules_per_token is estimated, as the configuration asked for. Absent where all is measured.",
            ["model", "boundary", MetricRow.Ollama],
            snapshot => Models(snapshot).SelectMany(model => JoulesPerToken.Of(snapshot.Ledger, model.Key) is { FullEstimated: > 0 } ratio
                ? [Sample.Of(model.Key, ratio.ActiveEstimated, "active"), Sample.Of(model.Key, ratio.FullEstimated, "full")]
                : Array.Empty<Sample>())),
        new("joulet_model_loaded_idle_watts", MetricType.Gauge,
            "What a loaded model draws for being loaded, busy or not, over all devices; how sure, joulet_baseline_watts tells.", ByModel,
            snapshot => BaselineRow.Of(snapshot.Ledger)
                .Where(row => row.Model is { Named: true })
                .GroupBy(row => row.Model!.Value)
                .Select(group => Sample.Of(group.Key, group.Sum(row => row.Level.Value)))),
        new("joulet_model_loaded", MetricType.Gauge, "1 while the model is loaded, else 0.", ByModel,
            snapshot => Models(snapshot).Select(model => Sample.Of(model.Key, IsLoaded(snapshot.Ledger, model.Key) ? 1 : 0))),
        new("joulet_model_vram_bytes", MetricType.Gauge, "GPU memory a loaded model takes, as Ollama tells it.", ByModel,
            snapshot => Loaded(snapshot).Select(model => Sample.Of(model.Key, model.Value.VramBytes))),
        new("joulet_model_size_bytes", MetricType.Gauge, "Memory a loaded model takes in all, as Ollama tells it.", ByModel,
            snapshot => Loaded(snapshot).Select(model => Sample.Of(model.Key, model.Value.SizeBytes))),
        new("joulet_model_loads_total", MetricType.Counter, "Times the model was loaded.", ByModel,
            snapshot => Models(snapshot).Select(model => Sample.Of(model.Key, model.Totals.Loads))),
        new("joulet_model_load_seconds_total", MetricType.Counter, "Time its loads took.", ByModel,
            snapshot => Models(snapshot).Select(model => Sample.Of(model.Key, model.Totals.LoadSeconds))),
        new("joulet_model_loads_by_cause_total", MetricType.Counter,
            "Loads by why: first_use and after_eviction had a request waiting, preload had none, failed never served.", ByCause,
            snapshot => snapshot.Ledger.Loads.Totals.Select(load => Cause(load.Key, load.Value.Count))),
        new("joulet_model_load_by_cause_joules_total", MetricType.Counter, "Energy those loads drew above idle and loaded idle.", ByCause,
            snapshot => snapshot.Ledger.Loads.Totals.Select(load => Cause(load.Key, load.Value.Energy.Value))),
        new("joulet_model_info", MetricType.Info, "What the model is; empty where Ollama does not tell.",
            ["model", "family", "parameter_size", "quantization", MetricRow.Ollama],
            snapshot => Models(snapshot)
                .Where(model => model.Totals.Details is not null)
                .Select(model => Sample.Of(
                    model.Key,
                    1,
                    model.Totals.Details!.Family ?? "",
                    model.Totals.Details.ParameterSize ?? "",
                    model.Totals.Details.Quantization ?? ""))),
    ];

    private static IEnumerable<(ModelKey Key, ModelTotals Totals)> Models(Snapshot snapshot) =>
        snapshot.Ledger.Models.Where(pair => pair.Key.Named).Select(pair => (pair.Key, pair.Value));

    /// <summary>Of what <c>/api/ps</c> listed, what runs on this machine: a cloud model has no runner and no label.</summary>
    private static IEnumerable<KeyValuePair<ModelKey, LoadedModel>> Loaded(Snapshot snapshot) =>
        snapshot.Ledger.Loaded.Where(pair => snapshot.Ledger.Models.ContainsKey(pair.Key));

    /// <summary>Slots show a task's tokens only while it runs, and the pieces of an answer that was broken off are about one token each.</summary>
    private static string Quality(ModelTotals totals) =>
        totals.Source == TokenSource.Slots || totals is { Source: TokenSource.Proxy, Estimated: true } ? "estimated" : "exact";

    private static Sample Cause((ModelKey Model, LoadCause Cause) load, double value) =>
        Sample.Of(load.Model, value, Labels.Of(load.Cause));

    private static bool IsLoaded(Ledger ledger, ModelKey model) =>
        ledger.Runners.Values.Any(runner => runner is { Gone: null, Serving: not null } && runner.Model == model)
        || (ledger.Loaded.ContainsKey(model) && !ledger.Runners.Values.Any(runner => runner.Model == model)); // its runner is not in sight

    private static Sample[] Tokens(ModelKey model, TokenCounts tokens) =>
    [
        Sample.Of(model, tokens.Prompt, "prompt"),
        Sample.Of(model, tokens.Cached, "prompt_cached"),
        Sample.Of(model, tokens.Generated, "generated"),
    ];

    private static Sample[] Phases(ModelKey model, PhaseSeconds phases) =>
    [
        Sample.Of(model, phases.Load, "load"),
        Sample.Of(model, phases.Prompt + phases.Embedding, "prompt"),
        Sample.Of(model, phases.Generation, "generation"),
    ];
}
