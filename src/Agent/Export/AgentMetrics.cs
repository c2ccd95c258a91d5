namespace Agent.Export;

/// <summary>The agent itself.</summary>
internal static class AgentMetrics
{
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_ledger_imbalance_joules", MetricType.Gauge,
            "Energy measured less energy booked or waiting to be, over all devices: rounding, or the ledger is wrong.", [],
            snapshot => [new Sample(snapshot.Ledger.Imbalance.Value)]),
        new("joulet_build_info", MetricType.Info, "The agent's version.", ["version"],
            snapshot => [new Sample(1, snapshot.Vitals.Version)]),
        new("process_cpu_seconds_total", MetricType.Counter, "Processor time the agent used.", [],
            snapshot => [new Sample(snapshot.Vitals.CpuSeconds)]),
        new("process_resident_memory_bytes", MetricType.Gauge, "Memory the agent holds.", [],
            snapshot => [new Sample(snapshot.Vitals.ResidentBytes)]),
        new("process_start_time_seconds", MetricType.Gauge, "When the agent started, in seconds since 1970.", [],
            snapshot => [new Sample(snapshot.Vitals.StartTime)]),
        new("process_open_fds", MetricType.Gauge, "File descriptors the agent holds.", [],
            snapshot => snapshot.Vitals.OpenFiles is { } files ? [new Sample(files)] : []),
    ];
}
