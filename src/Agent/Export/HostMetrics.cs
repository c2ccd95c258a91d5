using System.Globalization;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Reports;
using Agent.Core.Units;

namespace Agent.Export;

/// <summary>Processors, memory, and the host as a disjoint whole.</summary>
internal static class HostMetrics
{
    private static readonly string[] ByZone = ["zone", "socket"];

    private static readonly string[] ByComponent = ["component"];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_cpu_energy_joules_total", MetricType.Counter,
            "Energy by RAPL zone. Zones overlap: package contains core and uncore, psys contains all.",
            ByZone,
            snapshot => Zones(snapshot).Select(zone =>
                new Sample(zone.Sum(device => device.Measured.Value), zone.Key.Zone, zone.Key.Socket))),
        new("joulet_cpu_power_watts", MetricType.Gauge, "Power by RAPL zone now. Zones overlap.", ByZone,
            snapshot => Zones(snapshot)
                .Where(zone => zone.All(device => device.Meter.Power is not null))
                .Select(zone => new Sample(
                    zone.Sum(device => device.Meter.Power!.Value.Value), zone.Key.Zone, zone.Key.Socket))),
        new("joulet_host_energy_joules_total", MetricType.Counter,
            "Energy of the host, by disjoint parts: summing is right.",
            ByComponent,
            snapshot => Booked(snapshot.Ledger).GroupBy(booking => booking.Component).Select(group =>
                new Sample(group.Sum(booking => booking.Energy.Value), Labels.Of(group.Key)))),
        new("joulet_host_power_watts", MetricType.Gauge,
            "Power of the host now, by disjoint parts: summing is right.",
            ByComponent,
            snapshot => HostPower.Of(snapshot.Ledger).Select(part =>
                new Sample(part.Power.Value, Labels.Of(part.Component)))),
        new("joulet_energy_joules_total", MetricType.Counter,
            "The ledger: energy by what it was spent on; sums to the host's.",
            ["component", "category"],
            snapshot => Booked(snapshot.Ledger)
                .GroupBy(booking => (booking.Component, booking.Account.Category))
                .Select(group => new Sample(
                    group.Sum(booking => booking.Energy.Value),
                    Labels.Of(group.Key.Component),
                    Labels.Of(group.Key.Category)))),
        new("joulet_baseline_watts", MetricType.Gauge,
            "What the host draws in quiet: idle with nothing loaded (no model), and the extra of each loaded model.",
            ["component", "model", "confidence", MetricRow.Ollama],
            snapshot => BaselineRow.Of(snapshot.Ledger)
                .Where(row => row.Model is null or { Named: true })
                .Select(row => new Sample(
                    row.Level.Value,
                    Labels.Of(row.Component),
                    row.Model?.Value ?? "",
                    Labels.Of(row.Confidence),
                    row.Model?.Ollama ?? ""))),
    ];

    /// <summary>All bookings, with the part of the host they belong to; in the same order in every run.</summary>
    /// <remarks>Sums depend on the order in their last digit, and a counter that is lower by that much would be taken for one that began anew.</remarks>
    public static IEnumerable<(Component Component, Account Account, Joules Energy)> Booked(Ledger ledger) =>
        Ordered(ledger.Devices.Values.Where(device => device.Device.Component is not null))
            .SelectMany(device => device.Accounts
                .OrderBy(pair => pair.Key.Category)
                .ThenBy(pair => pair.Key.Model?.Named)
                .ThenBy(pair => pair.Key.Model?.Value, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Model?.Ollama, StringComparer.Ordinal)
                .Select(pair => (device.Device.Component!.Value, pair.Key, pair.Value)));

    private static IEnumerable<DeviceLedger> Ordered(IEnumerable<DeviceLedger> devices) => devices.OrderBy(device => device.Device.Id, StringComparer.Ordinal);

    private static IEnumerable<IGrouping<(string Zone, string Socket), DeviceLedger>> Zones(Snapshot snapshot) =>
        Ordered(snapshot.Ledger.Devices.Values
                .Where(device => device.Device.Kind is DeviceKind.Package or DeviceKind.Core or DeviceKind.Uncore or DeviceKind.Dram or DeviceKind.Platform && device.WasMeasured))
            .GroupBy(device => (
                device.Device.Kind == DeviceKind.Platform ? "psys" : Labels.Of(device.Device.Kind),
                device.Device.Socket?.ToString(CultureInfo.InvariantCulture) ?? ""));
}
