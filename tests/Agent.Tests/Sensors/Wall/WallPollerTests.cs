using Agent.Config;
using Agent.Core.Metering;
using static Agent.Tests.Sensors.Wall.PolledPlug;

namespace Agent.Tests.Sensors.Wall;

public sealed class WallPollerTests
{
    [Fact]
    public async Task An_answer_is_dated_in_the_middle_of_the_question_and_the_pace_is_kept()
    {
        var release = new TaskCompletionSource();
        var device = SimulatedPlugs.PlusPlug(60);
        await using var plug = await StartAsync(async context =>
        {
            await release.Task;
            await device(context);
        });

        var began = plug.Clock.Now;
        var step = plug.StepAsync();
        await Until(() => plug.Server!.Asked > 0);
        plug.Time.Advance(TimeSpan.FromMilliseconds(400));
        release.SetResult();
        var (wait, told) = await step;

        Assert.Equal(TimeSpan.FromMilliseconds(200), told.At - began);
        Assert.Equal(TimeSpan.FromMilliseconds(600), wait);
        Assert.Equal(new Device(DeviceKind.Wall, "wall", "wall"), told.Device);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(10, 5)]
    public async Task A_question_may_take_two_intervals_within_bounds(double interval, double patience)
    {
        await using var plug = await StartAsync(SimulatedPlugs.PlusPlug(60), interval: TimeSpan.FromSeconds(interval));

        Assert.Equal(TimeSpan.FromSeconds(patience), plug.Poller.Patience);
    }

    [Fact]
    public async Task A_plug_that_fails_is_asked_more_and_more_seldom_until_it_answers()
    {
        await using var plug = await StartAsync(PlugServer.Always("no", 500));

        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            waits.Add((await plug.StepAsync()).Wait.TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], waits);
        plug.Server!.Device = SimulatedPlugs.PlusPlug(60);
        Assert.Equal(1, (await plug.StepAsync()).Wait.TotalSeconds);
        plug.Server.Device = PlugServer.Always("no", 500);
        Assert.Equal(1, (await plug.StepAsync()).Wait.TotalSeconds);
    }

    [Fact]
    public async Task One_generation_may_take_the_place_of_another()
    {
        await using var plug = await StartAsync(SimulatedPlugs.PlusPlug(60));
        Assert.Equal(60, Watts((await plug.StepAsync()).Told));

        plug.Server!.Device = SimulatedPlugs.FirstPlug(61);
        Assert.Equal(MissingCause.Unsupported, Missing((await plug.StepAsync()).Told).Cause);
        Assert.Equal(61, Watts((await plug.StepAsync()).Told));

        plug.Server.Device = SimulatedPlugs.PmMini(62);
        Assert.Equal(MissingCause.Unsupported, Missing((await plug.StepAsync()).Told).Cause);
        Assert.Equal(62, Watts((await plug.StepAsync()).Told));
    }

    [Fact]
    public async Task A_password_that_is_corrected_is_read_anew()
    {
        using var secret = new SecretFile("wrong");
        await using var plug = await StartAsync(SimulatedLogin.Digest("right", SimulatedPlugs.PlusPlug(60, locked: true)), password: secret.Path);
        Assert.Equal(MissingCause.Permission, Missing((await plug.StepAsync()).Told).Cause);

        await File.WriteAllTextAsync(secret.Path, "right\n", TestContext.Current.CancellationToken);

        Assert.Equal(60, Watts((await plug.StepAsync()).Told));
    }

    [Fact]
    public async Task A_plug_that_is_gone_for_five_minutes_comes_back_by_itself()
    {
        await using var plug = await StartAsync(SimulatedPlugs.PlusPlug(60));
        Assert.All(await plug.RunAsync(TimeSpan.FromSeconds(5)), told => Assert.Equal(60, Watts(told)));

        await plug.UnplugAsync();
        var gone = await plug.RunAsync(TimeSpan.FromMinutes(5));
        Assert.All(gone, told => Assert.Equal(MissingCause.Gone, Missing(told).Cause));
        Assert.InRange(gone.Count, 10, 20);

        await plug.PlugInAsync(SimulatedPlugs.PlusPlug(70));
        Assert.All(await plug.RunAsync(TimeSpan.FromSeconds(5)), told => Assert.Equal(70, Watts(told)));
    }

    [Fact]
    public async Task What_nobody_takes_is_dropped_but_for_the_last()
    {
        await using var plug = await StartAsync(PlugServer.Always("60"), WallKind.Json);
        for (var i = 0; i < 130; i++)
        {
            await plug.Poller.StepAsync(TestContext.Current.CancellationToken);
            plug.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var kept = plug.Poller.Take().ToArray();
        Assert.Equal(120, kept.Length);
        Assert.Equal(TimeSpan.FromSeconds(1), plug.Clock.Now - kept[^1].At);
    }
}
