using Agent.Core.Machine;

namespace Agent.Export;

/// <summary>How the machine is told to weigh power against speed.</summary>
internal static class PolicyMetrics
{
    private static readonly string[] ByProfile = ["profile"];

    private static readonly string[] ByReason = ["reason"];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_power_profile", MetricType.Gauge,
            "1 for the active power profile, 0 for the others there are to choose from. Absent where no daemon and no firmware tells it.",
            ByProfile,
            snapshot => Known(Policy(snapshot)).Select(profile => new Sample(profile == Policy(snapshot).Profile ? 1 : 0, profile))),
        new("joulet_power_profile_degraded", MetricType.Gauge,
            "1 while the performance profile gives less than it could, with the reason; 0 while it does not. Absent where no daemon tells it.",
            ByReason,
            snapshot => Flag(Policy(snapshot).Degraded)),
        new("joulet_power_profile_inhibited", MetricType.Gauge,
            "1 while the performance profile cannot be chosen, with the reason; 0 while it can. Absent where no daemon tells it.",
            ByReason,
            snapshot => Flag(Policy(snapshot).Inhibited)),
        new("joulet_power_profile_holds", MetricType.Gauge,
            "Programs that hold a power profile for as long as they run. Absent where no daemon tells it.",
            ByProfile,
            snapshot => Holds(Policy(snapshot))),
        new("joulet_on_battery", MetricType.Gauge,
            "1 while the machine runs on its battery, 0 on external power. Absent where it is not known.", [],
            snapshot => Policy(snapshot).OnBattery is { } battery ? [new Sample(battery ? 1 : 0)] : []),
    ];

    private static PowerPolicy Policy(Snapshot snapshot) => snapshot.Ledger.Machine.Policy;

    /// <summary>Also an active one that is not among those to choose from: tuned-ppd calls it unknown.</summary>
    private static IEnumerable<string> Known(PowerPolicy policy) => policy.Profile is { } active ? policy.Profiles.Append(active).Distinct() : [];

    private static IEnumerable<Sample> Flag(string? reason) => reason is null ? [] : [new Sample(reason.Length > 0 ? 1 : 0, reason)];

    /// <summary>Firmware knows no holds, nor what degrades a profile; each daemon tells that.</summary>
    private static IEnumerable<Sample> Holds(PowerPolicy policy) => policy.Degraded is null && policy.Holds.IsEmpty
        ? []
        : Known(policy).Concat(policy.Holds.Select(hold => hold.Profile)).Distinct()
            .Select(profile => new Sample(policy.Holds.Count(hold => hold.Profile == profile), profile));
}
