using Agent.Tests.Sensors.Nvml;

namespace Agent.Tests.Binary;

[Collection(nameof(InRealTime))]
public sealed class TwoSocketServerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_hosts_energy_is_what_was_drawn_through_wraps_a_reset_a_broken_zone_and_a_lost_gpu()
    {
        var stop = TestContext.Current.CancellationToken;
        using var fake = new NvmlFake("");
        using var machine = new DrawingMachine();
        var address = PublishedBinary.FreeAddress();
        using var binary = PublishedBinary.Start(
            [
                "run", "--listen", address, "--paths:sysfs", machine.Sys.Sysfs, "--paths:procfs", machine.Sys.Procfs,
                "--sensors:nvml:library", fake.Library, "--sampling:interval", "200ms",
                "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}",
            ],
            new Dictionary<string, string> { ["FAKE_NVML_STATE"] = machine.StateFile });
        await binary.ScrapeAsync(address, scrape => scrape.Sum("joulet_sensor_up") == 7, stop); // 4 zones, 2 GPUs, nvml

        await machine.DrawAsync(8, stop);      // package-0, package-1 and dram-0 wrap
        machine.Break("intel-rapl:1:0");
        await machine.DrawAsync(3, stop);
        machine.Reset("intel-rapl:1");
        await machine.DrawAsync(3, stop);
        machine.Gpu1Lost = true;
        await machine.DrawAsync(4, stop);
        machine.Gpu1Lost = false;
        await machine.DrawAsync(1, stop);

        // A lost GPU is looked for again after 30 s; everything else goes on drawing meanwhile.
        var back = binary.ScrapeAsync(
            address, scrape => scrape.Sum("joulet_sensor_up", $"nvml:{DrawingMachine.Gpu1}") == 1, stop);
        while (!back.IsCompleted)
        {
            await machine.DrawAsync(0.5, stop);
        }

        await back;
        await machine.DrawAsync(2, stop);
        var truth = Truth(machine);
        var last = (Host: 0.0, Times: 0);
        var scrape = await binary.ScrapeAsync(address, next => Settled(ref last, next), stop);

        var host = scrape.Sum("joulet_host_energy_joules_total");
        var expected = truth - Unobserved(machine, scrape);
        output.WriteLine($"drawn {truth:0.0} J, unobserved {truth - expected:0.0} J, measured {host:0.0} J, error {(host / expected) - 1:0.0000%}");
        output.WriteLine(string.Join('\n', scrape.Text.Split('\n').Where(line => line.StartsWith("joulet_sensor", StringComparison.Ordinal))));
        Assert.InRange(host, expected * 0.999, expected * 1.001);
        Assert.Equal(host, scrape.Sum("joulet_energy_joules_total"), host * 1e-9);
        Assert.True(scrape.Sum("joulet_ledger_imbalance_joules") <= host * 1e-9);
        Assert.Equal(3, scrape.Sum("joulet_sensor_wraps_total"));
        Assert.True(scrape.Sum("joulet_sensor_resets_total") >= 1);
        Assert.Equal(0, scrape.Sum("joulet_sensor_up", "rapl:dram-1"));
        Assert.True(scrape.Sum("joulet_sensor_read_errors_total", "rapl:dram-1") > 0);
        Assert.Equal(0, await binary.StopAsync(stop));
    }

    private static double Truth(DrawingMachine machine) => new[]
        {
            "intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0", "intel-rapl:1:0", DrawingMachine.Gpu0, DrawingMachine.Gpu1,
        }
        .Sum(machine.Drawn);

    private static double Unobserved(DrawingMachine machine, Scrape scrape) => new[]
        {
            ("rapl:package-0", "intel-rapl:0"), ("rapl:package-1", "intel-rapl:1"), ("rapl:dram-0", "intel-rapl:0:0"),
            ($"nvml:{DrawingMachine.Gpu0}", DrawingMachine.Gpu0), ($"nvml:{DrawingMachine.Gpu1}", DrawingMachine.Gpu1),
        }
        .Sum(sensor => scrape.Sum("joulet_sensor_unobserved_seconds_total", sensor.Item1) * machine.Watts(sensor.Item2));

    /// <summary>For two seconds nothing moved: all that was drawn is in.</summary>
    private static bool Settled(ref (double Host, int Times) last, Scrape next)
    {
        var host = next.Sum("joulet_host_energy_joules_total");
        last = host == last.Host ? (host, last.Times + 1) : (host, 0);
        return last.Times > 40;
    }
}
