using Agent.Core.Attribution;

namespace Agent.Export;

/// <summary>What the proxy saw.</summary>
internal static class RequestMetrics
{
    private static readonly string[] ByModel = ["model", MetricRow.Ollama];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_model_requests_total", MetricType.Counter,
            "Requests through the proxy, by how they ended and how sure their token counts are. Cloud models are model cloud, names Ollama does not know are unknown.",
            ["model", "api", "outcome", "usage", MetricRow.Ollama],
            snapshot => snapshot.Ledger.Requests.Totals.SelectMany(model => model.Value.Counts.Select(pair => Sample.Of(
                model.Key, pair.Value, pair.Key.Api.ToString().ToLowerInvariant(), Labels.Of(pair.Key.Outcome), Labels.Of(pair.Key.Usage))))),
        new("joulet_model_request_duration_seconds", MetricType.Histogram,
            "From a request's head at the proxy to its answer's last byte.", ByModel,
            snapshot => snapshot.Ledger.Requests.Totals.Select(model => Sample.Of(model.Key, model.Value.Duration)))
        {
            Buckets = RequestTotals.None.Duration.Bounds,
        },
        new("joulet_model_time_to_first_token_seconds", MetricType.Histogram,
            "From a request's head at the proxy to the first piece of its answer's text.", ByModel,
            snapshot => snapshot.Ledger.Requests.Totals.Select(model => Sample.Of(model.Key, model.Value.FirstToken)))
        {
            Buckets = RequestTotals.None.FirstToken.Bounds,
        },
        new("joulet_model_request_energy_joules", MetricType.Histogram,
            "What a request through the proxy drew above idle and loaded idle: its share of its model's prompt, generation and embedding by the time "
            + "its slot worked. Counter steps blur a request by 0.1 s at each end: look at many.", ByModel,
            snapshot => snapshot.Ledger.Requests.Totals.Select(model => Sample.Of(model.Key, model.Value.Energy)))
        {
            Buckets = RequestTotals.None.Energy.Bounds,
        },
        new("joulet_pulls_total", MetricType.Counter, "Downloads of models through the proxy. Their energy is category pull.", ["outcome"],
            snapshot => snapshot.Ledger.Pulls.Counts.Select(pair => new Sample(pair.Value, Labels.Of(pair.Key)))),
        new("joulet_pull_bytes_total", MetricType.Counter, "Bytes downloaded with them.", [],
            snapshot => snapshot.Vitals.ProxyLost is null ? [] : [new Sample(snapshot.Ledger.Pulls.Bytes)]),
        new("joulet_pull_seconds_total", MetricType.Counter, "Time they took, verification included.", [],
            snapshot => snapshot.Vitals.ProxyLost is null ? [] : [new Sample(snapshot.Ledger.Pulls.Seconds)]),
        new("joulet_proxy_lost_total", MetricType.Counter,
            "What the proxy could not tell the ledger; the requests themselves were served.", ["reason"],
            snapshot => snapshot.Vitals.ProxyLost?.Select(pair => new Sample(pair.Value, pair.Key)) ?? []),
        new("joulet_log_lines_total", MetricType.Counter,
            "Lines of Ollama's log that tell of tasks and loads, by what became of them: read; unknown wording; incomplete; "
            + "ambiguous (several runners may have written it); before_start.",
            ["result"],
            snapshot => snapshot.Vitals.LogLines is { } lines
                ? lines.Select(pair => new Sample(pair.Value, pair.Key))
                    .Append(new Sample(snapshot.Ledger.Journal.Ambiguous, "ambiguous"))
                    .Append(new Sample(snapshot.Ledger.Journal.BeforeStart, "before_start"))
                : []),
    ];
}
