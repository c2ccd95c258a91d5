using Agent.Core.Metering;

namespace Agent.Export;

/// <summary>GPUs: energy, power and state.</summary>
internal static class GpuMetrics
{
    private static readonly string[] ByGpu = ["gpu_uuid"];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_gpu_energy_joules_total", MetricType.Counter,
            "Energy the GPU drew, by its own counter or integrated from its power.",
            ["gpu_uuid", "method"],
            snapshot => Gpus(snapshot).Where(gpu => gpu.WasMeasured).Select(gpu =>
                new Sample(gpu.Measured.Value, gpu.Device.Id, Labels.Of(gpu.Meter.Method)))),
        new("joulet_gpu_power_watts", MetricType.Gauge, "Power the GPU draws now.", ByGpu,
            snapshot => Gpus(snapshot)
                .Where(gpu => gpu.Meter.Power is not null)
                .Select(gpu => new Sample(gpu.Meter.Power!.Value.Value, gpu.Device.Id))),
        new("joulet_gpu_info", MetricType.Info, "What the GPU is; its index may change at boot, its UUID does not.",
            ["gpu_uuid", "gpu", "name", "vendor", "driver_version", "pci_bus_id"],
            snapshot => snapshot.Ledger.Gpus.Values
                .Select(view => view.Description)
                .OfType<GpuDescription>()
                .Select(gpu => new Sample(
                    1, gpu.Uuid, $"{gpu.Index}", gpu.Name, gpu.Vendor, gpu.DriverVersion, gpu.PciBusId))),
        State("joulet_gpu_utilization_ratio", "Share of the last sample window in which a kernel ran.",
            state => state.UtilizationRatio),
        State("joulet_gpu_memory_used_bytes", "Memory in use.", state => state.MemoryUsedBytes),
        State("joulet_gpu_memory_total_bytes", "Memory in all.", state => state.MemoryTotalBytes),
        State("joulet_gpu_temperature_celsius", "Temperature of the chip.", state => state.TemperatureCelsius),
        State("joulet_gpu_sm_clock_hertz", "Clock of the multiprocessors.", state => state.SmClockHertz),
        State("joulet_gpu_memory_clock_hertz", "Clock of the memory.", state => state.MemoryClockHertz),
        State("joulet_gpu_power_limit_watts", "The power limit in force.", state => state.PowerLimitWatts),
        State("joulet_gpu_performance_state", "Performance state: 0 is the fastest, 15 the slowest.",
            state => state.PerformanceState),
    ];

    private static MetricRow State(string name, string help, Func<GpuState, double?> value) =>
        new(name, MetricType.Gauge, help, ByGpu, snapshot => snapshot.Ledger.Gpus
            .Where(pair => value(pair.Value.State) is not null)
            .Select(pair => new Sample(value(pair.Value.State)!.Value, pair.Key)));

    private static IEnumerable<Core.Attribution.DeviceLedger> Gpus(Snapshot snapshot) =>
        snapshot.Ledger.Devices.Values.Where(device => device.Device.Kind == DeviceKind.Gpu);
}
