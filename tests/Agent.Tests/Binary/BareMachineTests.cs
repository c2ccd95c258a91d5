namespace Agent.Tests.Binary;

[Collection(nameof(Waiting))]
public sealed class BareMachineTests
{
    [Fact]
    public async Task Without_hardware_and_ollama_it_says_what_is_missing_serves_and_ends_cleanly()
    {
        var stop = TestContext.Current.CancellationToken;
        var root = Directory.CreateTempSubdirectory("joulet-bare-").FullName;
        var address = PublishedBinary.FreeAddress();
        using var binary = PublishedBinary.Start(
        [
            "run", "--listen", address, "--paths:sysfs", root, "--paths:procfs", root, "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}",
        ]);

        var scrape = await binary.ScrapeAsync(address, scrape => scrape.Has("joulet_ollama_up"), stop);

        // A service starts in the root folder: to watch what lies below would be the whole disk.
        Assert.DoesNotContain(Directory.EnumerateFiles($"/proc/{binary.Id}/fd"), file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name.Contains("inotify", StringComparison.Ordinal) == true);
        var exit = await binary.StopAsync(stop);

        Assert.Equal(0, exit);
        Assert.Equal(0, scrape.Sum("joulet_ollama_up"));
        Assert.False(scrape.Has("joulet_host_energy_joules_total"));
        foreach (var missing in new[] { "rapl: ", "nvml: ", "Ollama does not answer" })
        {
            Assert.Single(binary.Output.Split('\n'), line => line.Contains(missing, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_and_fails()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        foreach (var command in new[] { "run", "demo" })
        {
            using var binary = PublishedBinary.Start([command, "--listen", $"{taken.LocalEndpoint}"]);

            Assert.Equal(1, await binary.ExitAsync(TestContext.Current.CancellationToken));
            Assert.Contains($"Cannot listen. Failed to bind to address http://{taken.LocalEndpoint}", binary.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", binary.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(" | at ", binary.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("serves http", binary.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sensor_that_must_be_there_and_is_not_stops_the_start()
    {
        var root = Directory.CreateTempSubdirectory("joulet-bare-").FullName;
        using var binary = PublishedBinary.Start(
            ["run", "--listen", PublishedBinary.FreeAddress(), "--paths:sysfs", root, "--sensors:rapl:enabled", "true"]);

        Assert.Equal(1, await binary.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("sensors.rapl.enabled is true", binary.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_with_faults_stops_it_with_all_of_them()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "listen: nowhere\nsampling:\n  intervall: 1s\n", TestContext.Current.CancellationToken);
        using var binary = PublishedBinary.Start(["run", "--config", file, "--sampling:interval", "1h"]);

        Assert.Equal(2, await binary.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"{file}:1", binary.Output, StringComparison.Ordinal);
        Assert.Contains($"{file}:3", binary.Output, StringComparison.Ordinal);
        Assert.Contains("intervall", binary.Output, StringComparison.Ordinal);
        Assert.Contains("--sampling:interval", binary.Output, StringComparison.Ordinal);
    }
}
