using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;
using Agent.Export;

namespace Agent.Tests.Export;

public sealed class PrometheusExpositionTests
{
    private static readonly Vitals Vitals = new("1.2.3", 1_700_000_000, 0.5, 25_000_000, 12);

    private readonly PrometheusExposition _exposition = new();

    [Fact]
    public async Task What_is_not_in_the_snapshot_any_more_leaves_no_last_value_behind()
    {
        var gpu = Ledger.Empty
            .Apply(new LedgerEvent.GpuStateRead(default, "GPU-1", new GpuState { TemperatureCelsius = 50 }))
            .Apply(new LedgerEvent.OllamaChecked(default, true, "0.33.2"));

        Assert.Contains("joulet_gpu_temperature_celsius{gpu_uuid=\"GPU-1\"} 50", await TextAsync(gpu), StringComparison.Ordinal);
        Assert.Contains("\njoulet_ollama_up 1\n", await TextAsync(gpu), StringComparison.Ordinal);
        var gone = await TextAsync(Ledger.Empty);
        Assert.DoesNotContain("GPU-1", gone, StringComparison.Ordinal);
        Assert.DoesNotContain("\njoulet_ollama_up 1\n", gone, StringComparison.Ordinal);
        Assert.Contains("\njoulet_ollama_up 1\n", await TextAsync(gpu), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dies_of_one_socket_are_one_zone_and_energy_is_by_component_and_category()
    {
        var ledger = Ledger.Empty;
        foreach (var die in new[] { "package-0-die-0", "package-0-die-1" })
        {
            var device = new Device(DeviceKind.Package, die, $"rapl:{die}", 0);
            ledger = ledger.Apply(Read(device, 0, 100)).Apply(Read(device, 1, 130));
        }

        var text = await TextAsync(ledger.Apply(new LedgerEvent.TickEnded(Moment.FromSeconds(1), Moment.FromSeconds(1))));

        Assert.Contains("joulet_cpu_energy_joules_total{zone=\"package\",socket=\"0\"} 60", text, StringComparison.Ordinal);
        Assert.Contains("joulet_host_energy_joules_total{component=\"cpu\"} 60", text, StringComparison.Ordinal);
        Assert.Contains("joulet_energy_joules_total{component=\"cpu\",category=\"idle\"} 60", text, StringComparison.Ordinal);
    }

    private static LedgerEvent.DeviceRead Read(Device device, double at, double joules) =>
        new(Moment.FromSeconds(at), device, new Reading.Counter(new Joules(joules)) { MostPower = new Watts(1000) });

    private async Task<string> TextAsync(Ledger ledger)
    {
        using var text = new MemoryStream();
        await _exposition.WriteAsync(new Snapshot(ledger, Vitals), text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
