using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Export;

/// <summary>Meters of the whole machine besides RAPL's, and of parts of it that nobody knows.</summary>
internal static class MeterMetrics
{
    private static readonly DeviceKind[] Wholes = [DeviceKind.Wall, DeviceKind.Board, DeviceKind.Battery];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        Energy("joulet_platform_energy_joules_total", "Energy of the whole machine by a meter of it; joulet_host_energy_joules_total takes the best of them.", "meter", Meters),
        Power("joulet_platform_power_watts", "Power of the whole machine now, by a meter of it.", "meter", Meters),
        Energy("joulet_rail_energy_joules_total", "Energy of something that a chip on the board measures: nothing tells what it feeds.", "rail", Rails),
        Power("joulet_rail_power_watts", "Power now of something that a chip on the board measures.", "rail", Rails),
    ];

    private static MetricRow Energy(string name, string help, string label, Func<Snapshot, IEnumerable<IGrouping<string, DeviceLedger>>> groups) =>
        new(name, MetricType.Counter, help, [label], snapshot => groups(snapshot)
            .Where(group => group.Any(device => device.WasMeasured))
            .Select(group => new Sample(group.Sum(device => device.Measured.Value), group.Key)));

    private static MetricRow Power(string name, string help, string label, Func<Snapshot, IEnumerable<IGrouping<string, DeviceLedger>>> groups) =>
        new(name, MetricType.Gauge, help, [label], snapshot => groups(snapshot)
            .Select(group => (group.Key, Read: group.Where(device => device.Meter.WasRead).ToArray())) // one that is gone for good is no gap
            .Where(group => group.Read.Length > 0 && group.Read.All(device => device.Meter.Power is not null))
            .Select(group => new Sample(group.Read.Sum(device => device.Meter.Power!.Value.Value), group.Key)));

    private static IEnumerable<IGrouping<string, DeviceLedger>> Meters(Snapshot snapshot) =>
        Ordered(snapshot, device => Wholes.Contains(device.Kind)).GroupBy(device => Labels.Of(device.Device.Kind));

    private static IEnumerable<IGrouping<string, DeviceLedger>> Rails(Snapshot snapshot) =>
        Ordered(snapshot, device => device.Kind == DeviceKind.Rail).GroupBy(device => device.Device.Id);

    private static IEnumerable<DeviceLedger> Ordered(Snapshot snapshot, Func<Device, bool> wanted) =>
        snapshot.Ledger.Devices.Values.Where(device => wanted(device.Device)).OrderBy(device => device.Device.Id, StringComparer.Ordinal);
}
