using Agent.Tests.Sensors.PowerState;

namespace Agent.Tests.Binary;

/// <summary>The published binary beside the real power-profiles-daemon and the real UPower.</summary>
[Collection(nameof(InRealTime))]
public sealed class PowerProfileTests
{
    private const string Legacy = "net.hadess.PowerProfiles";

    [Fact]
    public async Task It_shows_the_profile_follows_it_and_outlives_the_daemon_and_the_bus()
    {
        var stop = TestContext.Current.CancellationToken;
        using var bus = new PrivateBus();
        var daemon = bus.StartProfileDaemon();
        bus.StartUPower();
        var root = Directory.CreateTempSubdirectory("joulet-bare-").FullName;
        var address = PublishedBinary.FreeAddress();
        using var binary = PublishedBinary.Start(
        [
            "run", "--listen", address, "--paths:sysfs", root, "--paths:procfs", root,
            "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}", "--power_state:dbus_address", bus.Address,
        ]);

        var scrape = await binary.ScrapeAsync(address, scrape => Is(scrape, "balanced"), stop);
        Assert.Equal(1, scrape.Sum("joulet_power_profile"));
        Assert.True(scrape.Has("joulet_power_profile", "profile=\"performance\""));
        Assert.Equal(0, scrape.Sum("joulet_power_profile_holds"));
        Assert.True(scrape.Has("joulet_power_profile_degraded"));
        Assert.True(scrape.Has("joulet_on_battery"));

        bus.SetProfile(Legacy, "performance");
        await binary.ScrapeAsync(address, scrape => Is(scrape, "performance"), stop);

        bus.Stop(daemon, Legacy);
        await binary.ScrapeAsync(address, scrape => !scrape.Has("joulet_power_profile") && scrape.Has("joulet_on_battery"), stop);
        daemon = bus.StartProfileDaemon();
        await binary.ScrapeAsync(address, scrape => scrape.Has("joulet_power_profile"), stop);

        bus.Kill();
        await binary.ScrapeAsync(address, scrape => !scrape.Has("joulet_power_profile") && !scrape.Has("joulet_on_battery"), stop);
        await daemon.WaitForExitAsync(stop);
        bus.Revive();
        bus.StartProfileDaemon(); // it remembers the profile that was chosen
        await binary.ScrapeAsync(address, scrape => Is(scrape, "performance"), stop);
        bus.SetProfile(Legacy, "power-saver");
        await binary.ScrapeAsync(address, scrape => Is(scrape, "power-saver"), stop);

        Assert.Equal("", bus.Started);
        Assert.Equal(0, await binary.StopAsync(stop));
    }

    [Fact]
    public async Task A_profile_that_must_be_known_and_is_not_stops_the_start()
    {
        var root = Directory.CreateTempSubdirectory("joulet-bare-").FullName;
        using var binary = PublishedBinary.Start(
        [
            "run", "--listen", PublishedBinary.FreeAddress(), "--paths:sysfs", root,
            "--power_state:dbus_address", $"unix:path={root}/nobody", "--power_state:enabled", "true",
        ]);

        Assert.Equal(1, await binary.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("power_state.enabled is true", binary.Output, StringComparison.Ordinal);
    }

    private static bool Is(Scrape scrape, string profile) => scrape.Sum("joulet_power_profile", $"profile=\"{profile}\"") == 1;
}
