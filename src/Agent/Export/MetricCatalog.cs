namespace Agent.Export;

/// <summary>Every metric there is.</summary>
internal static class MetricCatalog
{
    private static readonly MetricRow[] All =
    [
        .. GpuMetrics.Rows,
        .. HostMetrics.Rows,
        .. MeterMetrics.Rows,
        .. CpuStateMetrics.Rows,
        .. PolicyMetrics.Rows,
        .. ModelMetrics.Rows,
        .. ProfileMetrics.Rows,
        .. FootprintMetrics.Rows,
        .. RequestMetrics.Rows,
        .. OllamaMetrics.Rows,
        .. SensorMetrics.Rows,
        .. AdviceMetrics.Rows,
        .. AgentMetrics.Rows,
    ];

    /// <summary>All of them; a metric's labels stay what they are while the agent runs.</summary>
    /// <param name="severalOllamas">More than one is configured: what is one's own says whose it is.</param>
    public static IReadOnlyList<MetricRow> Rows(bool severalOllamas) =>
        severalOllamas ? All : [.. All.Select(row => row.ForOneOllama())];
}
