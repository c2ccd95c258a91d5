namespace Agent.Export;

/// <summary>The agent itself.</summary>
internal static class AgentMetrics
{
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_ledger_imbalance_joules", MetricType.Gauge,
            "Energy measured less energy booked or waiting to be, over all devices: rounding, or the ledger is wrong.", [],
            snapshot => [new Sample(snapshot.Ledger.Imbalance.Value)]),
        new("joulet_state_up", MetricType.Gauge,
            "1 while totals are kept over restarts, 0 while they cannot be; absent where paths.state is empty.", [],
            snapshot => snapshot.Vitals.State is { } state ? [new Sample(state.Up ? 1 : 0)] : []),
        new("joulet_state_age_seconds", MetricType.Gauge,
            "How old the kept totals are: what is lost if the agent is killed now. Absent where none are kept.", [],
            snapshot => snapshot.Vitals.State?.AgeSeconds is { } age ? [new Sample(age)] : []),
        new("joulet_state_commit_failures_total", MetricType.Counter,
            "Times the totals could not be kept: full, denied, read_only, locked (by another joulet), newer (than this joulet), not_taken_up (not readable at start), slow, no_library, error.",
            ["reason"],
            snapshot => snapshot.Vitals.State?.Failures.Select(reason => new Sample(reason.Value, reason.Key)) ?? []),
        new("joulet_history_up", MetricType.Gauge,
            "1 while hours are written to history, which reports are made from, 0 while they cannot be; absent where paths.state is empty.", [],
            snapshot => snapshot.Vitals.HistoryUp is { } up ? [new Sample(up ? 1 : 0)] : []),
        new("joulet_history_lost_hours_total", MetricType.Counter,
            "Hours that could not be written for a month, and are lost to reports.", [],
            snapshot => snapshot.Vitals.HistoryUp is null ? [] : [new Sample(snapshot.Ledger.Hours.Lost)]),
        new("joulet_scrapes_refused_total", MetricType.Counter,
            "Scrapes that were not answered: busy (too many at once), timeout (not told in the time the scraper waits).", ["reason"],
            snapshot => snapshot.Vitals.ScrapesRefused.Select(reason => new Sample(reason.Value, reason.Key))),
        new("joulet_web_config_up", MetricType.Gauge,
            "1 while the web config in force is what its file says, 0 while the file cannot be used and what it said before holds; absent without web_config_file.", [],
            snapshot => snapshot.Vitals.Web is { } web ? [new Sample(web.Up ? 1 : 0)] : []),
        new("joulet_web_denied_total", MetricType.Counter,
            "Requests that were denied: no_credentials, wrong_password, rate_limit, busy (too many passwords to check); absent without web_config_file.", ["reason"],
            snapshot => snapshot.Vitals.Web?.Denied.Select(reason => new Sample(reason.Value, reason.Key)) ?? []),
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
