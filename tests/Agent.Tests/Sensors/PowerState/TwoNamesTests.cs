using System.Diagnostics;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>Daemons since 0.20 have a new name and keep the legacy one.</summary>
public sealed class TwoNamesTests
{
    private const string Name = "org.freedesktop.UPower.PowerProfiles";
    private const string Legacy = "net.hadess.PowerProfiles";

    [Fact]
    public void The_new_name_is_followed_and_each_change_is_told_once()
    {
        using var bus = new PrivateBus();
        StartDaemon(bus);
        using var watcher = new Watcher(bus.Address);
        Assert.Equal("power-profiles-daemon", watcher.Until(policy => policy.Profile == "balanced").Policy.Source);
        var wakeups = watcher.Sensor.Wakeups;

        foreach (var profile in new[] { "performance", "power-saver" })
        {
            Choose(bus, profile);
            watcher.Until(policy => policy.Profile == profile);
        }

        Assert.Equal(["balanced", "performance", "power-saver"], watcher.Policies.Select(told => told.Policy.Profile!));
        Assert.Equal(wakeups + 2, watcher.Sensor.Wakeups);
        Assert.Contains("told by power-profiles-daemon 0.30.", watcher.Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bus_is_asked_for_changes_of_one_name_only()
    {
        using var bus = new PrivateBus();
        StartDaemon(bus);
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy.Profile == "balanced");

        Assert.Equal([Name, "org.freedesktop.UPower"], Followed(bus));
    }

    [Fact]
    public void A_daemon_with_the_new_name_takes_over_from_one_with_the_legacy_name()
    {
        using var bus = new PrivateBus();
        var old = bus.StartMock(Legacy, "--template", "power_profiles_daemon");
        using var watcher = new Watcher(bus.Address);
        Assert.Equal("power-profiles-daemon (legacy name)", watcher.Until(policy => policy.Profile == "balanced").Policy.Source);
        Assert.Equal([Legacy, "org.freedesktop.UPower"], Followed(bus));

        bus.Stop(old, Legacy);
        watcher.Until(policy => policy.Profile is null);
        var daemon = StartDaemon(bus);
        watcher.Until(policy => policy is { Profile: "balanced", Source: "power-profiles-daemon" });
        Assert.Equal([Name, "org.freedesktop.UPower"], Followed(bus));

        bus.Stop(daemon, Name);
        watcher.Until(policy => policy.Profile is null);
        bus.StartProfileDaemon();
        watcher.Until(policy => policy is { Profile: "balanced", Source: "power-profiles-daemon (legacy name)" });
        Assert.Equal([Legacy, "org.freedesktop.UPower"], Followed(bus));
    }

    private static Process StartDaemon(PrivateBus bus)
    {
        var daemon = bus.StartMock(Legacy, "--template", Path.Combine(Repository.Root, "tests/Agent.Tests/Sensors/PowerState/two_names.py"));
        bus.Until(() => Profile(bus).Contains("balanced", StringComparison.Ordinal), "The daemon has no profile");
        return daemon;
    }

    private static string Profile(PrivateBus bus) => bus.Control("get-property", Legacy, "/net/hadess/PowerProfiles", Legacy, "ActiveProfile");

    private static void Choose(PrivateBus bus, string profile) =>
        bus.Control("call", Name, "/org/freedesktop/UPower/PowerProfiles", "org.example.Control", "Choose", "s", profile);

    /// <summary>Whose changes the agent asked to be told: it alone asks for those of UPower.</summary>
    private static string[] Followed(PrivateBus bus)
    {
        var all = bus.Control("call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Debug.Stats", "GetAllMatchRules");
        return
        [
            .. new[] { Name, Legacy, "org.freedesktop.UPower" }.Where(name =>
                all.Contains($@"member=\'PropertiesChanged\',path=\'/{name.Replace('.', '/')}\'", StringComparison.Ordinal)),
        ];
    }
}
