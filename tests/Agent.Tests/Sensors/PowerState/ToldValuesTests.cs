using System.Globalization;
using Agent.Core.Machine;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>What daemons tell, in all its forms.</summary>
public sealed class ToldValuesTests
{
    private const string Name = "org.freedesktop.UPower.PowerProfiles";
    private const string Place = "/org/freedesktop/UPower/PowerProfiles";
    private const string UPower = "org.freedesktop.UPower";

    [Fact]
    public void Holds_and_what_limits_performance_are_told()
    {
        using var bus = new PrivateBus();
        bus.StartMock(Name, Name, Place, Name);
        Add(bus, "5", "ActiveProfile", "s", "performance", "PerformanceDegraded", "s", "", "PerformanceInhibited", "s", "",
            "Profiles", "aa{sv}", "1", "1", "Profile", "s", "performance", "ActiveProfileHolds", "aa{sv}", "0");
        using var watcher = new Watcher(bus.Address);
        watcher.Until(policy => policy.Profile is not null);

        Update(bus, "3", "PerformanceDegraded", "s", "lap-detected", "PerformanceInhibited", "s", "high-operating-temperature",
            "ActiveProfileHolds", "aa{sv}", "1", "4", "Profile", "s", "performance", "Reason", "s", "a build", "ApplicationId", "s", "org.example.Make", "Since", "t", "1");
        var policy = watcher.Until(policy => !policy.Holds.IsEmpty).Policy;

        Assert.Equal(("lap-detected", "high-operating-temperature"), (policy.Degraded, policy.Inhibited));
        Assert.Equal([new ProfileHold("performance", "org.example.Make", "a build")], policy.Holds);
        Assert.Equal(["performance"], policy.Profiles);
        var check = watcher.Check();
        Assert.Contains("Good org.example.Make holds performance: a build", check, StringComparison.Ordinal);
        Assert.Contains("Warning The performance profile gives less now: lap-detected.", check, StringComparison.Ordinal);

        Update(bus, "1", "ActiveProfileHolds", "aa{sv}", "0");
        Assert.Equal("performance", watcher.Until(policy => policy.Holds.IsEmpty).Policy.Profile);
    }

    [Fact]
    public void A_property_of_another_type_is_left_out_and_the_rest_is_read()
    {
        using var bus = new PrivateBus();
        bus.StartMock(Name, Name, Place, Name);
        Add(bus, "7", "AAA", "(sa{sv}ai)", "text", "1", "key", "u", "7", "2", "1", "2", "ActiveProfileHolds", "aa{ss}", "1", "1", "Profile", "performance",
            "Profiles", "as", "1", "performance", "PerformanceInhibited", "b", "false", "Version", "d", "0.3", "PerformanceDegraded", "s", "",
            "ActiveProfile", "s", "unknown");
        using var watcher = new Watcher(bus.Address);

        var policy = watcher.Until(policy => policy.Profile is not null).Policy;

        Assert.Equal(("unknown", "", null), (policy.Profile, policy.Degraded, policy.Inhibited));
        Assert.Empty(policy.Holds);
        Assert.Empty(policy.Profiles);
    }

    [Fact]
    public void Nothing_it_tells_is_longer_than_a_limit()
    {
        using var bus = new PrivateBus();
        bus.StartMock(Name, Name, Place, Name);
        var maps = Enumerable.Range(0, 100).SelectMany(i => new[] { "1", "Profile", "s", string.Create(CultureInfo.InvariantCulture, $"profile-{i}") }).ToArray();
        Add(bus, ["3", "Profiles", "aa{sv}", "100", .. maps, "ActiveProfileHolds", "aa{sv}", "100", .. maps, "ActiveProfile", "s", new('x', 5000)]);
        using var watcher = new Watcher(bus.Address);

        var policy = watcher.Until(policy => policy.Profile is not null).Policy;

        Assert.Equal((256, 16, 64), (policy.Profile!.Length, policy.Profiles.Length, policy.Holds.Length));
    }

    [Fact]
    public void A_daemon_that_has_its_name_before_its_object_is_read_once_it_says_something()
    {
        using var bus = new PrivateBus();
        bus.StartMock(Name, Name, Place, "org.example.Nothing");
        using var watcher = new Watcher(bus.Address);
        watcher.Until(() => watcher.Policies.Length > 0);
        Assert.StartsWith("Bad power-profiles-daemon answers with an error.", watcher.Check(), StringComparison.Ordinal);

        Add(bus, "1", "ActiveProfile", "s", "power-saver");
        Update(bus, "1", "ActiveProfile", "s", "balanced");

        Assert.Equal("power-profiles-daemon", watcher.Until(policy => policy.Profile == "balanced").Policy.Source);
        Assert.Null(watcher.Failures[^1]);
    }

    [Fact]
    public void The_supply_is_told_by_upower()
    {
        using var bus = new PrivateBus();
        var upower = bus.StartMock(UPower, "--template", "upower");
        using var watcher = new Watcher(bus.Address);
        watcher.Put("class/power_supply/AC/type", "Mains").Put("class/power_supply/AC/online", "1");
        watcher.Until(policy => policy.OnBattery == false);

        bus.Control("call", UPower, "/org/freedesktop/UPower", "org.freedesktop.DBus.Mock", "UpdateProperties", "sa{sv}", UPower, "1", "OnBattery", "b", "true");
        watcher.Until(policy => policy.OnBattery == true);
        Assert.Contains("Good The machine runs on its battery, by UPower.", watcher.Check(), StringComparison.Ordinal);

        bus.Stop(upower, UPower);
        watcher.Until(policy => policy.OnBattery == false);
        Assert.Contains("Good The machine runs on external power, by /sys/class/power_supply.", watcher.Check(), StringComparison.Ordinal);

        bus.StartMock(UPower, "--template", "upower", "--parameters", "{\"OnBattery\": true}");
        watcher.Until(policy => policy.OnBattery == true);
    }

    [Fact]
    public void The_real_upower_is_understood()
    {
        using var bus = new PrivateBus();
        bus.StartUPower();
        using var watcher = new Watcher(bus.Address);

        Assert.NotNull(watcher.Until(policy => policy.OnBattery is not null).Policy.OnBattery);
        Assert.Contains("by UPower.", watcher.Check(), StringComparison.Ordinal);
    }

    private static void Add(PrivateBus bus, params string[] properties) =>
        bus.Control(["call", Name, Place, "org.freedesktop.DBus.Mock", "AddProperties", "sa{sv}", Name, .. properties]);

    private static void Update(PrivateBus bus, params string[] properties) =>
        bus.Control(["call", Name, Place, "org.freedesktop.DBus.Mock", "UpdateProperties", "sa{sv}", Name, .. properties]);
}
