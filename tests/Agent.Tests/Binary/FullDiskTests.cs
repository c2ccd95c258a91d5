using Agent.Tests.Sensors;

namespace Agent.Tests.Binary;

[Collection(nameof(Waiting))]
public sealed class FullDiskTests
{
    [Fact]
    public async Task On_a_full_disk_metrics_go_on_it_is_said_once_and_the_totals_are_kept_again_when_there_is_room()
    {
        var stop = TestContext.Current.CancellationToken;
        using var sys = new SysfsFixture();
        sys.Cpu("GenuineIntel").Zone("intel-rapl:0", "package-0", microjoules: 1_000_000);
        var state = Directory.CreateDirectory(Path.Combine(sys.Root, "state")).FullName;
        var address = PublishedBinary.FreeAddress();
        using var binary = PublishedBinary.StartOnSmallDisk(state, 300 << 10,
        [
            "run", "--listen", address, "--paths:sysfs", sys.Sysfs, "--paths:procfs", sys.Procfs, "--paths:state", state,
            "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}", "--ollama:journal_unit", "", "--sampling:interval", "200ms",
        ]);
        await binary.ScrapeAsync(address, scrape => scrape.Sum("joulet_state_up") == 1 && scrape.Sum("joulet_sensor_up") == 1, stop);
        var filler = binary.Seen(Path.Combine(state, "filler"));
        await FillAsync(filler, stop);

        await binary.ScrapeAsync(address, scrape => scrape.Sum("joulet_state_commit_failures_total", "full") >= 2, stop);
        sys.Count("intel-rapl:0", 51_000_000);
        var full = await binary.ScrapeAsync(address, scrape => scrape.Sum("joulet_host_energy_joules_total") >= 50, stop);
        Assert.Equal(0, full.Sum("joulet_state_up"));
        Assert.True(full.Sum("joulet_state_age_seconds") > 1);
        Assert.Single(binary.Output.Split('\n'), line => line.Contains("no space is left", StringComparison.Ordinal));

        File.Delete(filler);
        var well = await binary.ScrapeAsync(address, scrape => scrape.Sum("joulet_state_up") == 1, stop);
        Assert.Equal(50, well.Sum("joulet_host_energy_joules_total"), 1e-6);
        Assert.Single(binary.Output.Split('\n'), line => line.Contains("kept over restarts again", StringComparison.Ordinal));
        Assert.Equal(0, await binary.StopAsync(stop));
    }

    private static async Task FillAsync(string path, CancellationToken stop)
    {
        try
        {
            await using var file = File.Create(path, bufferSize: 1);
            while (true)
            {
                await file.WriteAsync(new byte[512], stop);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
