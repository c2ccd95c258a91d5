using Agent.Core.Machine;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>With the real power-profiles-daemon, of a version that knows the legacy name only.</summary>
public sealed class ProfileDaemonTests
{
    private const string Legacy = "net.hadess.PowerProfiles";

    [Fact]
    public void All_it_tells_is_read()
    {
        using var bus = new PrivateBus();
        bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address);

        var policy = watcher.Until(policy => policy.Profile is not null).Policy;

        Assert.Equal(("balanced", "", "", "power-profiles-daemon (legacy name)"), (policy.Profile, policy.Degraded, policy.Inhibited, policy.Source));
        Assert.Equal(["power-saver", "balanced", "performance"], policy.Profiles);
        Assert.Empty(policy.Holds);
        Assert.Null(policy.OnBattery);
        Assert.StartsWith(
            "Good The power profile is balanced (of power-saver, balanced, performance), told by power-profiles-daemon (legacy name).",
            watcher.Check(),
            StringComparison.Ordinal);
        Assert.Empty(watcher.Failures);
    }

    [Fact]
    public void A_change_is_seen_within_a_second_and_once()
    {
        using var bus = new PrivateBus();
        bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy.Profile == "balanced");

        foreach (var profile in new[] { "performance", "power-saver", "balanced" })
        {
            bus.SetProfile(Legacy, profile);
            var set = watcher.Clock.Now;
            var seen = watcher.Until(policy => policy.Profile == profile).At;
            Assert.True(seen - set < TimeSpan.FromSeconds(1), $"{profile} was seen {seen - set} after it was set.");
        }

        Assert.Equal(["balanced", "performance", "power-saver", "balanced"], watcher.Policies.Select(told => told.Policy.Profile!));
    }

    [Fact]
    public void Changes_between_two_readings_are_all_told_each_with_its_moment()
    {
        using var bus = new PrivateBus();
        bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy.Profile == "balanced");
        var wakeups = watcher.Sensor.Wakeups;

        bus.SetProfile(Legacy, "performance");
        var between = watcher.Clock.Now;
        bus.SetProfile(Legacy, "balanced");
        bus.Until(() => watcher.Sensor.Wakeups >= wakeups + 2, "The changes were not heard");

        watcher.Until(() => watcher.Policies.Length == 3);
        Assert.Equal(["balanced", "performance", "balanced"], watcher.Policies.Select(told => told.Policy.Profile!));
        Assert.True(watcher.Policies[1].At < between + TimeSpan.FromSeconds(1));
        Assert.True(watcher.Policies[1].At < watcher.Policies[2].At);
    }

    [Fact]
    public void A_daemon_that_stops_and_starts_again_is_followed()
    {
        using var bus = new PrivateBus();
        var daemon = bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy.Profile == "balanced");
        bus.SetProfile(Legacy, "power-saver");
        watcher.Until(policy => policy.Profile == "power-saver");

        bus.Stop(daemon, Legacy);
        watcher.Until(policy => policy is { Profile: null, Source: null });
        Assert.StartsWith("Absent No power profile is known: no power-profiles-daemon runs", watcher.Check(), StringComparison.Ordinal);

        bus.StartProfileDaemon();
        watcher.Until(policy => policy.Profile is not null);
        bus.SetProfile(Legacy, "performance");
        watcher.Until(policy => policy.Profile == "performance");
        Assert.Equal("", bus.Started);
    }

    [Fact]
    public void A_bus_that_restarts_is_connected_to_again()
    {
        using var bus = new PrivateBus();
        var daemon = bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy.Profile == "balanced");

        bus.Kill();
        watcher.Until(policy => policy.Profile is null);
        daemon.WaitForExit(); // it does not outlive its bus
        bus.Revive();
        bus.StartProfileDaemon();

        watcher.Until(policy => policy.Profile == "balanced");
        bus.SetProfile(Legacy, "performance");
        watcher.Until(policy => policy.Profile == "performance");
        Assert.Equal("", bus.Started);
    }

    [Fact]
    public void Who_holds_a_profile_is_told_until_the_holder_ends()
    {
        using var bus = new PrivateBus();
        bus.StartProfileDaemon();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy.Profile == "balanced");

        var holder = bus.StartHolder(Legacy, "performance", "a build", "org.example.Make");
        var held = watcher.Until(policy => policy is { Profile: "performance", Holds.IsEmpty: false }).Policy;
        Assert.Equal([new ProfileHold("performance", "org.example.Make", "a build")], held.Holds);

        holder.Kill();
        Assert.Equal("balanced", watcher.Until(policy => policy.Holds.IsEmpty && policy.Profile != "performance").Policy.Profile);
    }

    [Fact]
    public void Watching_costs_no_wakeup_while_nothing_changes()
    {
        using var bus = new PrivateBus();
        bus.StartProfileDaemon();
        bus.StartUPower();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy is { Profile: not null, OnBattery: not null });

        // A sleep without an end needs no waiting to be known for one.
        watcher.Until(() => watcher.Sensor.Rests);
        var wakeups = watcher.Sensor.Wakeups;
        for (var i = 0; i < 1000; i++)
        {
            watcher.Read();
        }

        Assert.Equal((wakeups, true), (watcher.Sensor.Wakeups, watcher.Sensor.Rests));
    }

    [Fact]
    public void Watching_costs_no_wakeup_where_nobody_tells_anything()
    {
        using var bus = new PrivateBus();
        using var watcher = new Watcher(bus.Address);
        watcher.Until(() => watcher.Policies.Length > 0);

        watcher.Until(() => watcher.Sensor.Rests);
    }
}
