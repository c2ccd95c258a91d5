using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Export;

/// <summary>Whether sensors work, and what they could not tell.</summary>
internal static class SensorMetrics
{
    private static readonly string[] BySensor = ["sensor"];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_sensor_up", MetricType.Gauge, "1 if the sensor's last reading was good, else 0.", BySensor,
            snapshot => Meters(snapshot)
                .Where(device => device.Meter is { WasRead: true } or { Failure: not null })
                .Select(device => new Sample(device.Meter.Failure is null ? 1 : 0, device.Device.Sensor))
                .Concat(snapshot.Ledger.Sensors.Select(pair => new Sample(pair.Value.Failure is null ? 1 : 0, pair.Key)))),
        new("joulet_sensor_read_errors_total", MetricType.Counter, "Readings that failed, by reason.", ["sensor", "reason"],
            snapshot => Meters(snapshot).Select(device => (device.Device.Sensor, device.Meter.Errors))
                .Concat(snapshot.Ledger.Sensors.Select(pair => (Sensor: pair.Key, pair.Value.Errors)))
                .SelectMany(sensor => sensor.Errors.Select(pair => new Sample(pair.Value, sensor.Sensor, Labels.Of(pair.Key))))),
        new("joulet_sensor_resets_total", MetricType.Counter,
            "Times the sensor's counter started anew: nothing was booked for the interval.", BySensor,
            snapshot => Meters(snapshot).Select(device => new Sample(device.Meter.Resets, device.Device.Sensor))),
        new("joulet_sensor_wraps_total", MetricType.Counter, "Times the sensor's counter wrapped: nothing was lost.", BySensor,
            snapshot => Meters(snapshot).Select(device => new Sample(device.Meter.Wraps, device.Device.Sensor))),
        new("joulet_sensor_unobserved_seconds_total", MetricType.Counter,
            "Time whose energy could not be measured, by cause.", ["sensor", "cause"],
            snapshot => Meters(snapshot).SelectMany(device => device.Meter.Unobserved
                .Select(pair => new Sample(pair.Value.TotalSeconds, device.Device.Sensor, Labels.Of(pair.Key))))),
    ];

    private static IEnumerable<DeviceLedger> Meters(Snapshot snapshot) =>
        snapshot.Ledger.Devices.Values.Where(device => device.Device.Kind != DeviceKind.Rest);
}
