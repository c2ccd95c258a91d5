using Agent.Core.Metering;

namespace Agent.Export;

/// <summary>GPUs: energy, power and state.</summary>
internal static class GpuMetrics
{
    private static readonly string[] ByGpu = ["gpu_uuid"];

    private static readonly ClockReasons[] Reasons = [.. Enum.GetValues<ClockReasons>().Where(reason => reason != ClockReasons.None)];

    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_gpu_energy_joules_total", MetricType.Counter,
            "Energy the GPU drew, by its own counter or integrated from its power. That of a GPU in the processor is in the package's, too.",
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
        State("joulet_gpu_power_limit_default_watts", "The power limit the GPU comes with.", state => state.DefaultPowerLimitWatts),
        State("joulet_gpu_power_limit_min_watts", "The lowest power limit that can be set.", state => state.MinPowerLimitWatts),
        State("joulet_gpu_power_limit_max_watts", "The highest power limit that can be set.", state => state.MaxPowerLimitWatts),
        States("joulet_gpu_clock_event_reason", "1 for each thing that keeps the clocks below their highest now; reason none where nothing does.", "reason",
            state => state.ClockReasons switch
            {
                null => [],
                ClockReasons.None => [Labels.Of(ClockReasons.None)],
                { } told => Reasons.Where(reason => told.HasFlag(reason)).Select(Labels.Of),
            }),
        State("joulet_gpu_persistence_mode", "1 if the driver keeps the GPU up while nobody uses it, else 0.",
            state => state.Persistence is { } on ? Bit(on) : null),
        States("joulet_gpu_runtime_status", "1 for the GPU's runtime power status as the kernel tells it, which wakes nothing: active, suspended, suspending, resuming.", "status",
            state => state.RuntimeStatus is { } told ? [told] : []),
        State("joulet_gpu_nvml_held", "1 if the agent keeps the GPU open while it is idle, 0 if it lets go of it so that it can sleep, or was told to.",
            state => state.Hold is { } hold ? Bit(hold == "held") : null),
        State("joulet_gpu_performance_state", "Performance state: 0 is the fastest, 15 the slowest.",
            state => state.PerformanceState),
    ];

    private static MetricRow State(string name, string help, Func<GpuState, double?> value) =>
        new(name, MetricType.Gauge, help, ByGpu, snapshot => snapshot.Ledger.Gpus
            .Where(pair => value(pair.Value.State) is not null)
            .Select(pair => new Sample(value(pair.Value.State)!.Value, pair.Key)));

    /// <summary>A sample for each state that a thing is in: those that it is not in would be most of all series.</summary>
    private static MetricRow States(string name, string help, string label, Func<GpuState, IEnumerable<string>> values) =>
        new(name, MetricType.Gauge, help, [.. ByGpu, label], snapshot => snapshot.Ledger.Gpus.SelectMany(pair =>
            values(pair.Value.State).Select(value => new Sample(1, pair.Key, value))));

    private static double Bit(bool on) => on ? 1 : 0;

    private static IEnumerable<Core.Attribution.DeviceLedger> Gpus(Snapshot snapshot) =>
        snapshot.Ledger.Devices.Values.Where(device => device.Device.Kind is DeviceKind.Gpu or DeviceKind.IntegratedGpu);
}
