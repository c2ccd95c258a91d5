using Agent.Commands;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Sensors.Wall;
using static Agent.Tests.Sensors.Wall.PolledPlug;

namespace Agent.Tests.Sensors.Wall;

public sealed class WallSensorTests
{
    private static readonly MonotonicClock Clock = new(TimeProvider.System);

    [Fact]
    public async Task Answers_come_with_the_readings_each_once()
    {
        await using var plug = await PlugServer.StartAsync(SimulatedPlugs.PlusPlug(60));
        using var sensor = new WallSensor(Fast(plug), Clock);

        var told = new List<LedgerEvent.DeviceRead>();
        await Until(() =>
        {
            told.AddRange(sensor.Read().Cast<LedgerEvent.DeviceRead>());
            return told.Count >= 3;
        });

        Assert.All(told, entry => Assert.Equal(60, Watts(entry)));
        Assert.Equal(told.Select(entry => entry.At).Order().Distinct(), told.Select(entry => entry.At));
    }

    [Fact]
    public async Task A_plug_that_hangs_delays_no_reading_and_no_end()
    {
        await using var plug = await PlugServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var sensor = new WallSensor(Fast(plug), Clock);

        Assert.Empty(sensor.Read());
        await Until(() => plug.Asked > 0);
        Assert.Empty(sensor.Read()); // the question is still open
        sensor.Dispose();
        sensor.Dispose();
    }

    [Fact]
    public void Without_a_meter_there_is_nothing_to_tell()
    {
        using var sensor = new WallSensor(new WallConfig(), Clock);

        Assert.Empty(sensor.Check());
        Assert.Empty(sensor.Read());
    }

    [Fact]
    public async Task The_check_tells_model_and_power_and_that_the_plug_must_feed_this_machine_alone()
    {
        await using var plug = await PlugServer.StartAsync(SimulatedPlugs.PlusPlug(62.3));
        using var sensor = new WallSensor(Fast(plug), Clock);

        var finding = Assert.Single(sensor.Check());

        Assert.Equal(Verdict.Good, finding.Verdict);
        Assert.Equal("Shelly Plus Plug S, gen 2, answers 62.3 W: taken for this whole machine.", finding.Text);
        Assert.Contains("this machine alone", finding.Fix, StringComparison.Ordinal);
        Assert.Equal(62.3, Watts(Assert.IsType<LedgerEvent.DeviceRead>(sensor.Read().First())));
    }

    [Fact]
    public async Task The_check_tells_what_is_wrong_and_that_stops_no_start()
    {
        await using var plug = await PlugServer.StartAsync(PlugServer.Always("{}"));
        var config = new AgentConfig();
        config.Sensors.Wall.Kind = WallKind.Shelly;
        config.Sensors.Wall.Address = plug.Address;
        using var sensor = new WallSensor(config.Sensors.Wall, Clock);

        var finding = Assert.Single(sensor.Check());

        Assert.Equal(new Finding(Verdict.Bad, "wall", "What answers is no Shelly.", "See that sensors.wall.address and sensors.wall.kind are right."), finding);
        Assert.Null(Requirement.Missing(config, [finding]));
    }

    [Fact]
    public async Task The_check_waits_three_seconds_and_no_longer()
    {
        await using var plug = await PlugServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var sensor = new WallSensor(Fast(plug), Clock);

        Assert.Contains("did not answer within 3 s", Assert.Single(sensor.Check()).Text, StringComparison.Ordinal);
    }

    private static WallConfig Fast(PlugServer plug)
    {
        var config = Asking.At(WallKind.Shelly, plug);
        config.Interval = TimeSpan.FromSeconds(0.5);
        return config;
    }
}
