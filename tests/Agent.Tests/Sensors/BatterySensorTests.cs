using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Sensors;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Sensors;

public sealed class BatterySensorTests : IDisposable
{
    private readonly string _sysfs = Directory.CreateTempSubdirectory("joulet-battery-").FullName;
    private readonly FakeTimeProvider _time = new();
    private BatterySensor? _sensor;

    private BatterySensor Sensor => _sensor ??= new(new BatteryConfig(), new PathsConfig { Sysfs = _sysfs }, new MonotonicClock(_time));

    public void Dispose() => Directory.Delete(_sysfs, recursive: true);

    [Theory]
    [InlineData("power_now=14500000", 14.5)]
    [InlineData("power_now=-14500000", 14.5)]
    [InlineData("current_now=1000000 voltage_now=12000000", 12)]
    [InlineData("current_now=-1000000 voltage_now=12000000", 12)]
    public void While_it_is_discharged_it_tells_what_the_machine_draws(string told, double watts)
    {
        Battery("BAT0", "Discharging", told);

        var read = Read()!;

        Assert.Equal((DeviceKind.Battery, true, watts), (read.Device.Kind, read.Device.IsWholeMachine, Assert.IsType<Reading.Power>(read.Reading).Now.Value));
    }

    [Theory]
    [InlineData("Charging")]
    [InlineData("Full")]
    [InlineData("Not charging")]
    public void Otherwise_there_is_nothing_to_tell(string status)
    {
        Battery("BAT0", status, "power_now=14500000");

        Assert.IsType<Reading.Paused>(Read()!.Reading);
    }

    [Fact]
    public void Of_two_batteries_the_one_that_rests_gives_nothing()
    {
        Battery("BAT0", "Discharging", "power_now=10000000");
        Battery("BAT1", "Not charging", "power_now=5000000");
        Assert.Equal(10, Assert.IsType<Reading.Power>(Read()!.Reading).Now.Value);

        Battery("BAT1", "Discharging", "power_now=5000000");
        Assert.Equal(15, Assert.IsType<Reading.Power>(Read()!.Reading).Now.Value);
    }

    [Theory]
    [InlineData("scope=Device")]
    [InlineData("present=0")]
    public void A_mouses_battery_and_an_empty_bay_are_none(string told)
    {
        Battery("BAT0", "Discharging", $"power_now=100000 {told}");

        Assert.Null(Read());
        Assert.Empty(Sensor.Check());
    }

    [Theory]
    [InlineData("capacity=50", "does not tell how fast")]
    [InlineData("power_now=9000000000", "no battery gives")]
    public void What_it_does_not_tell_is_missing(string told, string why)
    {
        Battery("BAT0", "Discharging", told);

        Assert.Contains(why, Assert.IsType<Reading.Missing>(Read()!.Reading).Reason, StringComparison.Ordinal);
        Assert.Contains(why, Assert.Single(Sensor.Check()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_taken_out_is_missing()
    {
        Battery("BAT0", "Discharging", "power_now=10000000");
        Read();
        Directory.Delete(Path.Combine(_sysfs, "class/power_supply/BAT0"), recursive: true);

        Assert.IsType<Reading.Missing>(Read()!.Reading);
    }

    [Fact]
    public void It_is_asked_every_five_seconds()
    {
        Battery("BAT0", "Discharging", "power_now=10000000");
        Assert.Single(Sensor.Read());
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(Sensor.Read());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(Sensor.Read());
    }

    private LedgerEvent.DeviceRead? Read()
    {
        var read = (LedgerEvent.DeviceRead?)Sensor.Read().SingleOrDefault();
        _time.Advance(TimeSpan.FromSeconds(5));
        return read;
    }

    private void Battery(string name, string status, string told)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_sysfs, "class/power_supply", name)).FullName;
        foreach (var one in $"type=Battery status={status.Replace(' ', '_')} {told}".Split(' '))
        {
            var pair = one.Split('=');
            File.WriteAllText(Path.Combine(folder, pair[0]), pair[1].Replace('_', ' ') + "\n");
        }
    }
}
