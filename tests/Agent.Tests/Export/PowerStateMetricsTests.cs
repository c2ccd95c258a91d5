using System.Collections.Immutable;
using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Machine;
using Agent.Core.Metering;
using Agent.Export;

namespace Agent.Tests.Export;

public sealed class PowerStateMetricsTests
{
    private static readonly Vitals Vitals = new("1.2.3", 1_700_000_000, 0.5, 25_000_000, 12);

    private readonly PrometheusExposition _exposition = new(MetricCatalog.Rows(severalOllamas: false));

    [Fact]
    public async Task Each_reason_and_each_status_is_told_with_zero_or_one()
    {
        var text = await TextAsync(new LedgerEvent.GpuStateRead(default, "GPU-1", new GpuState
        {
            ClockReasons = ClockReasons.PowerCap,
            RuntimeStatus = "active",
            Hold = "held",
            Persistence = false,
            MinPowerLimitWatts = 150,
        }));

        Assert.Contains("joulet_gpu_clock_event_reason{gpu_uuid=\"GPU-1\",reason=\"power_cap\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("reason=\"thermal_hardware\"", text, StringComparison.Ordinal);
        Assert.Contains("joulet_gpu_runtime_status{gpu_uuid=\"GPU-1\",status=\"active\"} 1\n", text, StringComparison.Ordinal);
        Assert.Equal(1, Count(text, "joulet_gpu_runtime_status{"));
        Assert.Contains("joulet_gpu_nvml_held{gpu_uuid=\"GPU-1\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_gpu_persistence_mode{gpu_uuid=\"GPU-1\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_gpu_power_limit_min_watts{gpu_uuid=\"GPU-1\"} 150\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_GPU_does_not_tell_is_absent()
    {
        var text = await TextAsync(new LedgerEvent.GpuStateRead(default, "GPU-1", new GpuState()));

        Assert.DoesNotContain("GPU-1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processors_tell_how_they_save_power()
    {
        var text = await TextAsync(new LedgerEvent.CpuStateRead(default, new CpuState
        {
            Driver = "amd-pstate-epp",
            Turbo = true,
            Governors = ImmutableDictionary<string, int>.Empty.Add("powersave", 16),
            IdleStates = ImmutableDictionary<string, CpuIdle>.Empty.Add("C1", new(1.5, 20, 0)).Add("C2", new(2000, 100, 3)),
            Savings = ImmutableDictionary<string, PowerSaving>.Empty.Add("pci_runtime_pm", new(3, 9)),
        }));

        Assert.Contains("joulet_cpu_idle_seconds_total{state=\"C1\"} 1.5\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_cpu_idle_entries_total{state=\"C2\"} 100\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_cpu_idle_disabled{state=\"C2\"} 3\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("joulet_cpu_idle_disabled{state=\"C1\"}", text, StringComparison.Ordinal);
        Assert.Contains("joulet_cpu_governor_cpus{governor=\"powersave\"} 16\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_cpu_info{driver=\"amd-pstate-epp\",turbo=\"on\",smt=\"\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("joulet_power_saving_devices{kind=\"pci_runtime_pm\",state=\"off\"} 9\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\njoulet_cpu_frequency_hertz", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\njoulet_cpu_energy_performance_preference_cpus{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_tells_nothing_has_no_processor_state()
    {
        var text = await TextAsync(new LedgerEvent.CpuStateRead(default, CpuState.Unknown));

        Assert.DoesNotContain("\njoulet_cpu_", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\njoulet_power_saving_devices{", text, StringComparison.Ordinal);
    }

    private static int Count(string text, string start) =>
        text.Split('\n').Count(line => line.StartsWith(start, StringComparison.Ordinal));

    private async Task<string> TextAsync(LedgerEvent told)
    {
        using var text = new MemoryStream();
        await _exposition.WriteAsync(new Snapshot(Ledger.Empty.Apply(told), Vitals), text, ExpositionFormat.Text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
