using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Sensors.Rapl;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Sensors;

public sealed class RaplSensorTests : IDisposable
{
    private readonly SysfsFixture _sys = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _sys.Dispose();

    [Fact]
    public void A_client_has_a_package_with_its_parts()
    {
        _sys.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0:0", "core").Zone("intel-rapl:0:1", "uncore")
            .Zone("intel-rapl:0:2", "dram");

        Assert.Equal(
            ["package-0 Package 0", "core-0 Core 0", "uncore-0 Uncore 0", "dram-0 Dram 0"],
            Devices());
    }

    [Fact]
    public void A_server_has_two_packages_each_with_its_memory()
    {
        _sys.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0:0", "dram", range: SysfsFixture.DramRange)
            .Zone("intel-rapl:1", "package-1").Zone("intel-rapl:1:0", "dram", range: SysfsFixture.DramRange);

        Assert.Equal(["package-0 Package 0", "dram-0 Dram 0", "package-1 Package 1", "dram-1 Dram 1"], Devices());
    }

    [Fact]
    public void The_number_of_a_zone_is_not_its_socket()
    {
        _sys.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:1", "psys").Zone("intel-rapl:2", "package-1");

        Assert.Equal(["package-0 Package 0", "psys Platform ", "package-1 Package 1"], Devices());
    }

    [Fact]
    public void Dies_of_a_package_are_read_one_by_one()
    {
        _sys.Zone("intel-rapl:0", "package-0-die-0").Zone("intel-rapl:0:0", "dram")
            .Zone("intel-rapl:1", "package-0-die-1").Zone("intel-rapl:1:0", "dram");

        Assert.Equal(
            ["package-0-die-0 Package 0", "dram-0-die-0 Dram 0", "package-0-die-1 Package 0", "dram-0-die-1 Dram 0"],
            Devices());
    }

    [Fact]
    public void On_amd_the_core_zone_shows_one_core_and_is_left_out()
    {
        _sys.Cpu("AuthenticAMD").Zone("intel-rapl:0", "package-0", range: 65_532_610_987).Zone("intel-rapl:0:0", "core");

        Assert.Equal(["package-0 Package 0"], Devices());
        Assert.Contains(Sensor().Check(), finding => finding.Text.Contains("one core only", StringComparison.Ordinal));
    }

    [Fact]
    public void A_memory_mapped_twin_is_the_same_counter_and_is_left_out()
    {
        _sys.Zone("intel-rapl:0", "package-0", 1_000_000).Zone("intel-rapl-mmio:0", "package-0", 2_000_000);

        var read = Assert.Single(Read(Sensor()));
        Assert.Equal(1, Assert.IsType<Reading.Counter>(read.Reading).Total.Value);
    }

    [Fact]
    public void A_memory_mapped_zone_without_a_twin_is_read()
    {
        _sys.Zone("intel-rapl-mmio:0", "package-0", 2_000_000);

        Assert.Equal(["package-0 Package 0"], Devices());
    }

    [Fact]
    public void Other_control_types_and_unknown_zones_are_left_out_and_said()
    {
        _sys.Zone("dtpm:0", "package-0").Zone("intel-rapl:0", "package-0").Zone("intel-rapl:0:0", "novelty");

        Assert.Equal(["package-0 Package 0"], Devices());
        Assert.Contains(Sensor().Check(), finding => finding.Text.Contains("novelty", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_powercap_there_is_nothing_to_read_and_it_is_said()
    {
        Assert.Empty(Read(Sensor()));
        var finding = Assert.Single(Sensor().Check());
        Assert.Equal(Verdict.Absent, finding.Verdict);
        Assert.Contains("modprobe intel_rapl_msr", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sensor_that_must_be_there_and_is_not_is_bad() =>
        Assert.Equal(Verdict.Bad, Assert.Single(Sensor(Enabled.True).Check()).Verdict);

    [Fact]
    public void A_sensor_that_is_switched_off_is_never_read()
    {
        _sys.Zone("intel-rapl:0", "package-0");

        Assert.Empty(Read(Sensor(Enabled.False)));
        Assert.Equal(Verdict.Absent, Assert.Single(Sensor(Enabled.False).Check()).Verdict);
    }

    [Fact]
    public void A_zone_that_fails_alone_leaves_the_others()
    {
        _sys.Zone("intel-rapl:0", "package-0").Zone("intel-rapl:1", "package-1");
        File.Delete(Path.Combine(_sys.Folder("intel-rapl:0"), "energy_uj"));
        Directory.CreateDirectory(Path.Combine(_sys.Folder("intel-rapl:0"), "energy_uj"));

        var readings = Read(Sensor());
        Assert.Equal(MissingCause.Error, Assert.IsType<Reading.Missing>(readings[0].Reading).Cause);
        Assert.IsType<Reading.Counter>(readings[1].Reading);
    }

    [Fact]
    public void What_only_root_may_read_comes_with_the_exact_fix()
    {
        _sys.Zone("intel-rapl:0", "package-0");
        File.SetUnixFileMode(Path.Combine(_sys.Folder("intel-rapl:0"), "energy_uj"), UnixFileMode.None);

        Reading? reading = null;
        Unprivileged.Run(() => reading = Assert.Single(Read(Sensor())).Reading);

        var missing = Assert.IsType<Reading.Missing>(reading);
        Assert.Equal(MissingCause.Permission, missing.Cause);
        Assert.Contains("""SUBSYSTEM=="powercap", ACTION=="add", KERNEL=="intel-rapl*", RUN+="/bin/chgrp joulet /sys%p/energy_uj""", missing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zone_that_is_removed_is_gone_and_starts_anew_when_it_comes_back()
    {
        _sys.Zone("intel-rapl:0", "package-0");
        using var sensor = Sensor();
        var before = Assert.IsType<Reading.Counter>(Read(sensor)[0].Reading);

        _sys.Remove("intel-rapl:0");
        _time.Advance(TimeSpan.FromSeconds(11));
        var gone = Assert.IsType<Reading.Missing>(Read(sensor)[0].Reading);

        _sys.Zone("intel-rapl:0", "package-0", 5_000_000);
        _time.Advance(TimeSpan.FromSeconds(11));
        var after = Assert.IsType<Reading.Counter>(Read(sensor)[0].Reading);

        Assert.Equal(MissingCause.Gone, gone.Cause);
        Assert.NotEqual(before.Epoch, after.Epoch);
    }

    [Fact]
    public void A_zone_that_appears_later_is_found()
    {
        using var sensor = Sensor();
        Assert.Empty(Read(sensor));

        _sys.Zone("intel-rapl:0", "package-0");
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Single(Read(sensor));
    }

    [Fact]
    public void Looking_again_does_not_start_a_counter_anew()
    {
        _sys.Zone("intel-rapl:0", "package-0").Attribute("intel-rapl:0", "constraint_0_power_limit_uw", "900000000");
        using var sensor = Sensor();
        var before = Assert.IsType<Reading.Counter>(Read(sensor)[0].Reading);

        // A daemon changed the limit meanwhile.
        _sys.Attribute("intel-rapl:0", "constraint_0_power_limit_uw", "800000000");
        _time.Advance(TimeSpan.FromSeconds(11));
        var after = Assert.IsType<Reading.Counter>(Read(sensor)[0].Reading);

        Assert.Equal(before.Epoch, after.Epoch);
        Assert.Equal((1350.0, 1200.0), (before.MostPower.Value, after.MostPower.Value));
    }

    [Fact]
    public void A_limit_bounds_the_power_only_where_it_is_more_than_any_package_draws()
    {
        _sys.Zone("intel-rapl:0", "package-0")
            .Attribute("intel-rapl:0", "constraint_0_max_power_uw", "15000000")
            .Attribute("intel-rapl:0", "constraint_1_power_limit_uw", "4095000000")
            .Zone("intel-rapl:1", "package-1").Attribute("intel-rapl:1", "constraint_1_power_limit_uw", "1000000000");

        var readings = Read(Sensor()).Select(read => Assert.IsType<Reading.Counter>(read.Reading).MostPower.Value);
        Assert.Equal([1000.0, 1500.0], readings);
    }

    [Fact]
    public void A_counter_that_stays_at_zero_is_no_energy()
    {
        _sys.Zone("intel-rapl:0", "package-0");
        File.WriteAllText(Path.Combine(_sys.Folder("intel-rapl:0"), "energy_uj"), "0\n");

        var missing = Assert.IsType<Reading.Missing>(Assert.Single(Read(Sensor())).Reading);
        Assert.Equal(MissingCause.Unsupported, missing.Cause);
    }

    [Fact]
    public void A_zone_without_a_range_is_read_all_the_same()
    {
        _sys.Zone("intel-rapl:0", "package-0", range: null);

        Assert.Null(Assert.IsType<Reading.Counter>(Assert.Single(Read(Sensor())).Reading).Range);
    }

    private RaplSensor Sensor(Enabled enabled = Enabled.Auto) => new(
        new RaplConfig { Enabled = enabled },
        new PathsConfig { Sysfs = _sys.Sysfs, Procfs = _sys.Procfs },
        new MonotonicClock(_time));

    private static List<LedgerEvent.DeviceRead> Read(RaplSensor sensor) => [.. sensor.Read().Cast<LedgerEvent.DeviceRead>()];

    private string[] Devices() =>
        [.. Read(Sensor()).Select(read => $"{read.Device.Id} {read.Device.Kind} {read.Device.Socket}")];
}
