namespace Agent.Export;

/// <summary>Every metric there is.</summary>
internal static class MetricCatalog
{
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        .. GpuMetrics.Rows,
        .. HostMetrics.Rows,
        .. ModelMetrics.Rows,
        .. RequestMetrics.Rows,
        .. OllamaMetrics.Rows,
        .. SensorMetrics.Rows,
        .. AgentMetrics.Rows,
    ];
}
