using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Tests.Sensors.Hwmon;

public sealed class BoardTests : IDisposable
{
    private readonly HwmonMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_meter_that_the_firmware_describes_is_the_whole_machines()
    {
        _machine.Chip("ACPI000D:00", "power_meter", "power1_average=212000000", "power1_average_interval=1000");

        var read = _machine.Device();

        Assert.Equal((DeviceKind.Board, "power_meter/power1", true), (read.Device.Kind, read.Device.Id, read.Device.IsWholeMachine));
        Assert.Equal((212, TimeSpan.FromSeconds(1)), (((Reading.Power)read.Reading).Now.Value, ((Reading.Power)read.Reading).Mean));
    }

    [Fact]
    public void An_old_driver_has_its_attributes_on_the_device()
    {
        _machine.OldChip("ACPI000D:00", "power_meter", "power1_average=212000000");

        Assert.Equal(["Board power_meter/power1 212 W"], _machine.Devices());
    }

    [Fact]
    public void Of_several_meters_of_the_firmware_only_the_operator_knows_which_is_the_whole_machines()
    {
        _machine.Chip("ACPI000D:00", "power_meter", "power1_average=600000000", "power1_oem_info=Module Power Socket 0")
            .Chip("ACPI000D:01", "power_meter", "power1_average=200000000", "power1_oem_info=Grace Power Socket 0");
        Assert.Equal(
            ["Rail power_meter@ACPI000D:00/Module Power Socket 0 600 W", "Rail power_meter@ACPI000D:01/Grace Power Socket 0 200 W"], _machine.Devices());

        _machine.Config.WholeMachine = "power_meter/Module Power Socket 0";
        _machine.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("Board power_meter@ACPI000D:00/Module Power Socket 0 600 W", _machine.Devices());
    }

    [Theory]
    [InlineData("ina3221/VDD_IN")]
    [InlineData("ina3221/in1")]
    public void The_operator_says_which_rail_feeds_the_whole_machine(string setting)
    {
        _machine.Config.WholeMachine = setting;
        _machine.Chip("1-0040", "ina3221", "in1_label=VDD_IN", "in1_input=5000", "curr1_input=1840", "in2_label=VDD_CPU", "in2_input=5000", "curr2_input=600", "in4_input=12", "in4_label=VDD_IN");

        Assert.Equal(["Board ina3221/VDD_IN 9.2 W", "Rail ina3221/VDD_CPU 3 W"], _machine.Devices());
    }

    [Fact]
    public void Of_two_chips_of_one_name_each_is_named_by_its_place()
    {
        _machine.Config.WholeMachine = "ina226@1-0041/power1";
        _machine.Chip("1-0040", "ina226", "power1_input=1000000").Chip("1-0041", "ina226", "power1_input=30000000");

        Assert.Equal(["Board ina226@1-0041/power1 30 W", "Rail ina226@1-0040/power1 1 W"], _machine.Devices());
    }

    [Theory]
    [InlineData("ina226/power1")] // two of them
    [InlineData("ina226/VDD_IN")] // none
    public void A_meter_that_is_meant_and_not_there_once_is_told_with_what_there_is(string setting)
    {
        _machine.Config.WholeMachine = setting;
        _machine.Chip("1-0040", "ina226", "power1_input=1000000").Chip("1-0041", "ina226", "power1_input=30000000");

        var told = _machine.Read();

        Assert.DoesNotContain(told.OfType<LedgerEvent.DeviceRead>(), read => read.Device.IsWholeMachine);
        var failure = Assert.Single(told.OfType<LedgerEvent.SensorChecked>()).Failure!;
        Assert.Contains($"{setting} is not there, or not only once. There is: ina226@1-0040/power1, ina226@1-0041/power1.", failure.Reason, StringComparison.Ordinal);
        Assert.Contains($"Bad sensors.hwmon.whole_machine: {setting}", _machine.Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_chip_measures_and_nobody_knows_is_shown_and_never_booked()
    {
        _machine.Chip("3-1", "corsairpsu", "power1_input=186000000", "power1_label=power total").Chip("0-006f", "ltc2947", "energy1_input=5000000", "power1_input=1")
            .Chip("nvme0", "nvme", "temp1_input=39000");

        Assert.Equal(["Rail corsairpsu/power total 186 W", "Rail ltc2947/energy1 5 J"], _machine.Devices());
        Assert.Contains("sensors.hwmon.whole_machine: corsairpsu/power total", _machine.Check(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("suspended", "Rail nouveau/power1 Asleep")]
    [InlineData("active", "Rail nouveau/power1 20 W")]
    public void A_device_that_sleeps_is_left_so_whatever_it_is(string status, string told)
    {
        _machine.Gpu("nouveau", status, "auto", "power1_input=20000000");

        Assert.Equal([told], _machine.Devices());
        Assert.Equal(status == "suspended", _machine.Check().Contains("sleeps, and is left so", StringComparison.Ordinal));
    }

    [Fact]
    public void A_battery_that_shows_as_a_chip_is_no_rail()
    {
        _machine.Chip("PNP0C0A:00/power_supply/BAT0", "BAT0", "power1_input=14000000");

        Assert.Empty(_machine.Devices());
    }

    [Theory]
    [InlineData("-3000000", "0 W")] // current that flows back
    [InlineData("nonsense", "Missing")]
    [InlineData("99000000000000", "Missing")]
    public void What_it_tells_is_looked_at(string told, string reading)
    {
        _machine.Chip("1-0040", "ina226", $"power1_input={told}");

        Assert.Equal([$"Rail ina226/power1 {reading}"], _machine.Devices());
    }

    [Fact]
    public void A_chip_that_goes_is_missing_and_is_found_again()
    {
        _machine.Chip("1-0040", "ina226", "power1_input=1000000").Read();
        _machine.Remove("devices/bus/1-0040");
        File.Delete(Directory.EnumerateFileSystemEntries(Path.Combine(_machine.Sysfs, "class/hwmon")).Single());
        _machine.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["Rail ina226/power1 Missing"], _machine.Devices());

        _machine.Chip("1-0040", "ina226", "power1_input=2000000").Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["Rail ina226/power1 2 W"], _machine.Devices());
    }

    [Fact]
    public void There_are_no_more_rails_than_can_be_looked_at()
    {
        for (var i = 0; i < 5; i++)
        {
            _machine.Chip($"1-004{i}", "adm1266", [.. Enumerable.Range(1, 8).Select(rail => $"power{rail}_input=1000000")]);
        }

        Assert.Equal(32, _machine.Devices().Count());
        Assert.Contains("Warning 8 more rails are not shown.", _machine.Check(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("False", "Absent Switched off")]
    [InlineData("Auto", "Absent No chip tells")]
    [InlineData("True", "Bad No chip tells")]
    public void Without_chips_it_is_said(string enabled, string check)
    {
        _machine.Config.Enabled = Enum.Parse<Enabled>(enabled);

        Assert.Empty(_machine.Devices());
        Assert.StartsWith(check, _machine.Check(), StringComparison.Ordinal);
    }
}
