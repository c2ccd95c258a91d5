using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Export;

namespace Agent.Tests.Export;

public sealed class PrometheusExpositionTests
{
    private static readonly Vitals Vitals = new("1.2.3", 1_700_000_000, 0.5, 25_000_000, 12);

    private readonly PrometheusExposition _exposition = new(MetricCatalog.Rows(severalOllamas: false));

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

    [Fact]
    public async Task A_device_that_was_never_read_has_no_energy_and_one_that_was_begins_at_zero()
    {
        var (package, dram) = (new Device(DeviceKind.Package, "package-0", "rapl:package-0", 0), new Device(DeviceKind.Dram, "dram-0", "rapl:dram-0", 0));
        var ledger = Ledger.Empty
            .Apply(Read(package, 0, 100))
            .Apply(new LedgerEvent.DeviceRead(default, dram, new Reading.Missing(MissingCause.Permission, "It may not be read.")));

        var text = await TextAsync(ledger);

        Assert.Contains("joulet_cpu_energy_joules_total{zone=\"package\",socket=\"0\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_host_energy_joules_total{component=\"cpu\"} 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("joules_total{zone=\"dram\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("component=\"dram\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_counted_and_timed_by_buckets_whose_sum_is_exact_from_scrape_to_scrape()
    {
        var ledger = Ended(Ended(Ledger.Empty, 1, 0.3, 0.05), 2, 1.2, null);
        await TextAsync(ledger);
        var text = await TextAsync(Ended(ledger, 3, 400, 12));

        Assert.Contains("joulet_model_requests_total{model=\"m:latest\",api=\"openai\",outcome=\"ok\",usage=\"exact\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_model_request_duration_seconds_sum{model=\"m:latest\"} 401.5\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_model_request_duration_seconds_bucket{model=\"m:latest\",le=\"0.5\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_model_request_duration_seconds_bucket{model=\"m:latest\",le=\"300\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_model_request_duration_seconds_count{model=\"m:latest\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_model_time_to_first_token_seconds_count{model=\"m:latest\"} 2\n", text, StringComparison.Ordinal);
    }

    internal static Ledger Ended(Ledger ledger, long id, double seconds, double? firstToken)
    {
        var start = Moment.FromSeconds(10);
        var first = firstToken is { } time ? start + TimeSpan.FromSeconds(time) : (Moment?)null;
        return ledger.Apply(new LedgerEvent.RequestEnded(
            start + TimeSpan.FromSeconds(seconds),
            new Request(new RequestId(id), "", "m:latest", InferenceApi.OpenAI, Embedding: false),
            new RequestEnd(start, first, RequestOutcome.Ok, Served: true, Remote: false, new Usage { Quality = UsageQuality.Exact })));
    }

    private static LedgerEvent.DeviceRead Read(Device device, double at, double joules) =>
        new(Moment.FromSeconds(at), device, new Reading.Counter(new Joules(joules)) { MostPower = new Watts(1000) });

    private async Task<string> TextAsync(Ledger ledger)
    {
        using var text = new MemoryStream();
        await _exposition.WriteAsync(new Snapshot(ledger, Vitals), text, ExpositionFormat.Text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
