using System.Collections.Immutable;
using Agent.Core.Machine;

namespace Agent.Export;

/// <summary>How the processors save power, and which savings of devices are off.</summary>
internal static class CpuStateMetrics
{
    private static readonly string[] ByState = ["state"];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_cpu_idle_seconds_total", MetricType.Counter,
            "Time the processors spent in each idle state since boot, all of them added up.", ByState,
            snapshot => Idle(snapshot).Select(pair => new Sample(pair.Value.Seconds, pair.Key))),
        new("joulet_cpu_idle_entries_total", MetricType.Counter,
            "Times the processors entered each idle state since boot: each ends with a wake-up.", ByState,
            snapshot => Idle(snapshot).Select(pair => new Sample(pair.Value.Entries, pair.Key))),
        new("joulet_cpu_idle_disabled", MetricType.Gauge,
            "Processors on which an idle state is switched off; absent where none is.", ByState,
            snapshot => Idle(snapshot).Where(pair => pair.Value.Disabled > 0)
                .Select(pair => new Sample(pair.Value.Disabled, pair.Key))),
        Number("joulet_cpu_frequency_hertz", "The mean frequency of the processors now.", cpu => cpu.FrequencyHertz),
        Number("joulet_cpu_frequency_max_hertz", "The highest frequency any processor may run at.", cpu => cpu.MaxFrequencyHertz),
        new("joulet_cpu_governor_cpus", MetricType.Gauge, "Processors by the governor that chooses their frequency.", ["governor"],
            snapshot => Counts(Cpu(snapshot).Governors)),
        new("joulet_cpu_energy_performance_preference_cpus", MetricType.Gauge,
            "Processors by their energy performance preference, where the hardware chooses their frequency.", ["preference"],
            snapshot => Counts(Cpu(snapshot).Preferences)),
        new("joulet_cpu_info", MetricType.Info,
            "The frequency driver, and whether turbo and SMT are on or off; empty where it is not told.", ["driver", "turbo", "smt"],
            snapshot => Cpu(snapshot) is { Driver: null, Turbo: null, Smt: null }
                ? []
                : [new Sample(1, Cpu(snapshot).Driver ?? "", OnOff(Cpu(snapshot).Turbo), OnOff(Cpu(snapshot).Smt))]),
        new("joulet_power_saving_devices", MetricType.Gauge,
            "Devices that have a kind of power saving the kernel offers for them on, or off.", ["kind", "state"],
            snapshot => Ordered(Cpu(snapshot).Savings).SelectMany(pair => (Sample[])
                [new(pair.Value.On, pair.Key, "on"), new(pair.Value.Off, pair.Key, "off")])),
    ];

    private static MetricRow Number(string name, string help, Func<CpuState, double?> value) =>
        new(name, MetricType.Gauge, help, [], snapshot => value(Cpu(snapshot)) is { } told ? [new Sample(told)] : []);

    private static CpuState Cpu(Snapshot snapshot) => snapshot.Ledger.Machine.Cpu;

    private static IEnumerable<KeyValuePair<string, CpuIdle>> Idle(Snapshot snapshot) => Ordered(Cpu(snapshot).IdleStates);

    private static IEnumerable<Sample> Counts(ImmutableDictionary<string, int> values) =>
        Ordered(values).Select(pair => new Sample(pair.Value, pair.Key));

    private static IEnumerable<KeyValuePair<string, T>> Ordered<T>(ImmutableDictionary<string, T> values) =>
        values.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private static string OnOff(bool? on) => on switch
    {
        true => "on",
        false => "off",
        null => "",
    };
}
