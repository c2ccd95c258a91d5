using System.Globalization;
using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Export.Otlp;

/// <summary>
/// What OpenTelemetry's semantic conventions have names for (hardware 1.44 and generative AI, both in development): beside our
/// own names, for tools that know only these. Never to be added to ours.
/// </summary>
internal static class SemanticMetrics
{
    private static readonly string[] ByPart = ["hw.id", "hw.type", "hw.name"];

    public static IReadOnlyList<OtlpRow> Rows { get; } =
    [
        new("hw.energy", "J", MetricType.Counter, "Energy consumed by the component.", ByPart,
            snapshot => Parts(snapshot, device => device.WasMeasured ? device.Measured.Value : null)),
        new("hw.power", "W", MetricType.Gauge, "Instantaneous power consumed by the component.", ByPart,
            snapshot => Parts(snapshot, device => device.Meter.Power?.Value)),
        new("hw.host.energy", "J", MetricType.Counter, "Total energy consumed by the host; absent where nothing measures all of it.", [],
            snapshot => IsWhole(snapshot) ? [new Sample(HostMetrics.Booked(snapshot.Ledger).Sum(booking => booking.Energy.Value))] : []),
        new("hw.host.power", "W", MetricType.Gauge, "Instantaneous power consumed by the host; absent where nothing measures all of it.", [],
            snapshot => IsWhole(snapshot) ? [new Sample(Core.Reports.HostPower.Of(snapshot.Ledger).Sum(part => part.Power.Value))] : []),
        Gpu("hw.gpu.utilization", "1", "Fraction of time spent in a specific task.", state => state.UtilizationRatio),
        Gpu("hw.gpu.memory.usage", "By", "GPU memory used.", state => state.MemoryUsedBytes),
        Gpu("hw.gpu.memory.limit", "By", "Size of the GPU memory.", state => state.MemoryTotalBytes),
        Gpu("hw.temperature", "Cel", "Temperature.", state => state.TemperatureCelsius),
        Tokens("gen_ai.client.inference.usage.input_tokens", "Prompt tokens, evaluated and from the cache.", totals => totals.Tokens.Prompt + totals.Tokens.Cached),
        Tokens("gen_ai.client.inference.usage.cache_read.input_tokens", "Prompt tokens from the cache.", totals => totals.Tokens.Cached),
        Tokens("gen_ai.client.inference.usage.output_tokens", "Tokens generated.", totals => totals.Tokens.Generated),
    ];

    private static bool IsWhole(Snapshot snapshot) => WholeMachine.Of(snapshot.Ledger.Devices).Count > 0;

    private static OtlpRow Gpu(string name, string unit, string help, Func<GpuState, double?> value) =>
        new(name, unit, MetricType.Gauge, help, ByPart, snapshot => snapshot.Ledger.Gpus
            .Where(gpu => value(gpu.Value.State) is not null)
            .Select(gpu => new Sample(value(gpu.Value.State)!.Value, gpu.Key, "gpu", gpu.Value.Description?.Name ?? "")));

    private static OtlpRow Tokens(string name, string help, Func<ModelTotals, long> tokens) =>
        new(name, "{token}", MetricType.Counter, help, ["gen_ai.provider.name", "gen_ai.request.model"], snapshot => snapshot.Ledger.Models
            .Where(model => model.Key.Named && model.Value.Source != TokenSource.None)
            .GroupBy(model => model.Key.Value) // of several Ollamas: the convention knows one
            .Select(group => new Sample(group.Sum(model => tokens(model.Value)), "ollama", group.Key)));

    /// <summary>Disjoint parts only: of a package its cores are no part beside it.</summary>
    private static IEnumerable<Sample> Parts(Snapshot snapshot, Func<DeviceLedger, double?> value) =>
        from device in snapshot.Ledger.Devices.Values
        let type = device.Device.Kind switch
        {
            DeviceKind.Gpu => "gpu",
            DeviceKind.Package => "cpu",
            DeviceKind.Dram => "memory",
            _ => null,
        }
        let number = value(device)
        where type is not null && number is not null
        orderby device.Device.Id
        select new Sample(number.Value, device.Device.Id, type, Name(snapshot, device.Device));

    private static string Name(Snapshot snapshot, Device device) =>
        snapshot.Ledger.Gpus.GetValueOrDefault(device.Id)?.Description?.Name ?? device.Socket?.ToString(CultureInfo.InvariantCulture) ?? device.Id;
}
