using Agent.Core.Units;
using Agent.Sensors;
using Agent.Sensors.PowerState;

namespace Agent.Tests.Sensors.PowerState;

/// <summary>What the kernel tells where no daemon does.</summary>
public sealed class SysPolicyTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("joulet-policy-").FullName;

    [Fact]
    public void A_machine_without_any_of_it_tells_nothing()
    {
        var policy = new SysPolicy(new Sysfs(_root));

        Assert.Null(policy.Profile(Moment.FromSeconds(0)).Profile);
        Assert.Null(policy.OnBattery(Moment.FromSeconds(0)));
    }

    [Theory]
    [InlineData(false, "AC:Mains:online=1", "BAT0:Battery:status=Discharging")]
    [InlineData(false, "AC:Mains:online=1", "BAT0:Battery:status=Charging")]
    [InlineData(true, "AC:Mains:online=0", "BAT0:Battery:status=Discharging")]
    [InlineData(true, "BAT0:Battery:status=Full", "BAT1:Battery:status=Discharging")]
    [InlineData(false, "BAT0:Battery:status=Full")]
    [InlineData(false, "AC:Mains:online=0", "ucsi:USB:online=1", "BAT0:Battery:status=Not charging")]
    [InlineData(null, "AC:Mains:online=0")]
    [InlineData(null, "hidpp:Battery:status=Discharging:Device")]
    [InlineData(false, "AC:Mains:online=1", "hidpp:Battery:status=Discharging:Device")]
    public void Supplies_tell_whether_it_runs_on_its_battery(bool? onBattery, params string[] supplies)
    {
        foreach (var supply in supplies.Select(supply => supply.Split(':')))
        {
            var folder = $"class/power_supply/{supply[0]}";
            var attribute = supply[2].Split('=');
            Put($"{folder}/type", supply[1]);
            Put($"{folder}/{attribute[0]}", attribute[1]);
            if (supply.Length > 3)
            {
                Put($"{folder}/scope", supply[3]);
            }
        }

        Assert.Equal(onBattery, new SysPolicy(new Sysfs(_root)).OnBattery(Moment.FromSeconds(0)));
    }

    [Fact]
    public void It_is_read_anew_after_two_seconds_and_not_before()
    {
        var policy = new SysPolicy(new Sysfs(_root));
        Put("firmware/acpi/platform_profile", "balanced");
        Put("class/power_supply/BAT0/type", "Battery");
        Put("class/power_supply/BAT0/status", "Full");
        Assert.Equal(("balanced", false), (policy.Profile(Moment.FromSeconds(10)).Profile, policy.OnBattery(Moment.FromSeconds(10))));

        Put("firmware/acpi/platform_profile", "balanced-performance");
        Put("class/power_supply/BAT0/status", "Discharging");

        Assert.Equal(("balanced", false), (policy.Profile(Moment.FromSeconds(11.9)).Profile, policy.OnBattery(Moment.FromSeconds(11.9))));
        Assert.Equal(("balanced-performance", true), (policy.Profile(Moment.FromSeconds(12)).Profile, policy.OnBattery(Moment.FromSeconds(12))));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Put(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
