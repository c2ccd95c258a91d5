using Agent.Core.Reports;

namespace Agent.Export;

/// <summary>Ollama itself.</summary>
internal static class OllamaMetrics
{
    private static readonly string[] ByOllama = [MetricRow.Ollama];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_ollama_up", MetricType.Gauge, "1 while Ollama's API answers, else 0.", ByOllama,
            snapshot => snapshot.Ledger.Ollamas.Where(ollama => ollama.Value.Up is not null)
                .Select(ollama => new Sample(ollama.Value.Up == true ? 1 : 0, ollama.Key))),
        new("joulet_ollama_info", MetricType.Info, "Ollama's version.", ["version", MetricRow.Ollama],
            snapshot => snapshot.Ledger.Ollamas.Where(ollama => ollama.Value.Version is not null)
                .Select(ollama => new Sample(1, ollama.Value.Version!, ollama.Key))),
        new("joulet_metering_coverage_ratio", MetricType.Gauge,
            "Share of Ollama's active energy in the last 5 minutes whose tokens are counted; absent where it drew none.", [],
            snapshot => Coverage.Of(snapshot.Ledger) is { } ratio ? [new Sample(ratio)] : []),
    ];
}
