using System.Collections;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;
using Agent.Sensors;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Sensors;

public sealed class EstimateSensorTests : IDisposable
{
    private readonly string _procfs = Directory.CreateTempSubdirectory("joulet-estimate-").FullName;

    public void Dispose() => Directory.Delete(_procfs, recursive: true);

    [Fact]
    public void Nobody_who_did_not_ask_gets_an_estimate()
    {
        Proc(1000, busy: 10, processors: 2);

        Assert.Empty(Sensor(new()).Read());
        Assert.Empty(Sensor(new()).Check());
    }

    [Fact]
    public void Processors_draw_between_rest_and_all_busy_by_their_time()
    {
        var sensor = Sensor(new() { CpuTdpWatts = 65, CpuIdleWatts = 5 });
        Proc(1000, busy: 400, processors: 4);
        var before = Joules(sensor);
        Proc(1010, busy: 420, processors: 4); // 20 processor seconds of 40: half busy

        Assert.Equal(10 * (5 + (0.5 * 60)), Joules(sensor) - before, 6);
    }

    [Fact]
    public void Waiting_for_a_disk_is_rest()
    {
        var sensor = Sensor(new() { CpuTdpWatts = 65, CpuIdleWatts = 5 });
        Proc(1000, busy: 0, processors: 1);
        var before = Joules(sensor);
        Proc(1010, busy: 0, processors: 1, waiting: 10);

        Assert.Equal(50, Joules(sensor) - before, 6);
    }

    [Fact]
    public void The_rest_of_the_machine_draws_its_watts_all_the_time()
    {
        var sensor = Sensor(new() { RestWatts = 38 });
        Proc(1000, busy: 0, processors: 1);
        var before = Joules(sensor);
        Proc(1010.5, busy: 10, processors: 1);

        Assert.Equal(38 * 10.5, Joules(sensor) - before, 6);
    }

    [Fact]
    public void A_processor_that_goes_offline_begins_a_new_series_and_no_jump()
    {
        var sensor = Sensor(new() { CpuTdpWatts = 65, CpuIdleWatts = 5 });
        Proc(1000, busy: 400, processors: 4);
        var before = Counter(sensor);
        Proc(1001, busy: 400, processors: 2);
        var after = Counter(sensor);
        var (meter, span) = EnergyMeter.Start.Read(new Moment(TimeSpan.FromSeconds(1)), before).Next.Read(new Moment(TimeSpan.FromSeconds(2)), after);

        Assert.True(after.Total > before.Total);
        Assert.Equal((null, 1), (span?.Energy, meter.Resets));
    }

    [Fact]
    public void What_cannot_be_read_is_missing_and_not_nothing()
    {
        var read = Assert.IsType<LedgerEvent.DeviceRead>(Assert.Single(Sensor(new() { CpuTdpWatts = 65, CpuIdleWatts = 5 }).Read()));

        Assert.Contains($"{_procfs}/stat", Assert.IsType<Reading.Missing>(read.Reading).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("estimate.cpu_tdp_watts=65", "estimate.cpu_tdp_watts: needs estimate.cpu_idle_watts")]
    [InlineData("estimate.cpu_idle_watts=5", "estimate.cpu_idle_watts: needs estimate.cpu_tdp_watts")]
    [InlineData("estimate.cpu_idle_watts=70 estimate.cpu_tdp_watts=65", "estimate.cpu_idle_watts: is more than estimate.cpu_tdp_watts")]
    [InlineData("estimate.rest_watts=30 sensors.wall.kind=file sensors.wall.address=/run/power", "estimate.rest_watts: is not needed with sensors.wall")]
    public void Numbers_that_do_not_fit_are_told_with_their_key(string settings, string problem)
    {
        var given = settings.Split(' ').Select(setting => setting.Split('=', 2)).Select(pair => new Setting(pair[0], pair[1], "option"));
        var empty = Path.Combine(_procfs, "empty.yaml");
        File.WriteAllText(empty, "");
        var loaded = ConfigLoader.Load(empty, [.. given], new Hashtable());

        Assert.StartsWith($"option: {problem}", Assert.Single(Assert.IsType<ConfigResult.Invalid>(loaded).Problems), StringComparison.Ordinal);
    }

    private static double Joules(EstimateSensor sensor) => Counter(sensor).Total.Value;

    private static Reading.Counter Counter(EstimateSensor sensor) =>
        Assert.IsType<Reading.Counter>(Assert.IsType<LedgerEvent.DeviceRead>(Assert.Single(sensor.Read())).Reading);

    private EstimateSensor Sensor(EstimateConfig config) => new(config, new PathsConfig { Procfs = _procfs }, new MonotonicClock(new FakeTimeProvider()));

    /// <summary>What the kernel tells; the seconds are of all processors together.</summary>
    private void Proc(double up, double busy, int processors, double waiting = 0)
    {
        File.WriteAllText(Path.Combine(_procfs, "uptime"), FormattableString.Invariant($"{up:F2} 0.00\n"));
        var times = FormattableString.Invariant($"{busy * 100:F0} 0 0 500 {waiting * 100:F0} 0 0 0 0 0");
        File.WriteAllText(Path.Combine(_procfs, "stat"), $"cpu  {times}\n{string.Concat(Enumerable.Range(0, processors).Select(number => $"cpu{number} {times}\n"))}ctxt 1\n");
    }
}
