using Agent.Core.Attribution;
using Agent.Core.Metering;
using static Agent.Tests.Sensors.Wall.PolledPlug;

namespace Agent.Tests.Sensors.Wall;

/// <summary>What the ledger makes of a plug.</summary>
public sealed class WallLedgerTests
{
    [Fact]
    public async Task Sixty_watts_for_a_minute_are_3600_joules()
    {
        await using var plug = await StartAsync(SimulatedPlugs.PlusPlug(60));

        var wall = Wall(await plug.RunAsync(TimeSpan.FromSeconds(60)));

        Assert.InRange(wall.Measured.Value, 3540, 3660); // up to one reading more or less at the edges
        Assert.Equal(MeterMethod.Integrated, wall.Meter.Method);
        Assert.Equal(60, wall.Meter.Power?.Value);
        Assert.True(wall.Device.IsWholeMachine);
        Assert.Equal(TimeSpan.Zero, wall.Meter.Unknown);
    }

    [Fact]
    public async Task The_gap_of_an_outage_is_counted_and_nothing_is_invented_for_it()
    {
        await using var plug = await StartAsync(SimulatedPlugs.PlusPlug(60));
        var told = new List<LedgerEvent.DeviceRead>(await plug.RunAsync(TimeSpan.FromSeconds(60)));
        await plug.UnplugAsync();
        told.AddRange(await plug.RunAsync(TimeSpan.FromMinutes(5)));
        Assert.Null(Wall(told).Meter.Power);
        Assert.Equal(MissingCause.Gone, Wall(told).Meter.Failure?.Cause);

        await plug.PlugInAsync(SimulatedPlugs.PlusPlug(60));
        told.AddRange(await plug.RunAsync(TimeSpan.FromSeconds(60)));

        var wall = Wall(told);
        Assert.InRange(wall.Measured.Value, 7080, 7320);
        Assert.InRange(wall.Meter.Unobserved[GapCause.Silent].TotalSeconds, 300, 332); // found again within half a minute
        Assert.Null(wall.Meter.Failure);
    }

    [Fact]
    public async Task A_restart_of_the_plug_is_bridged()
    {
        await using var plug = await StartAsync(SimulatedPlugs.PlusPlug(60));
        var told = new List<LedgerEvent.DeviceRead>(await plug.RunAsync(TimeSpan.FromSeconds(30)));
        await plug.UnplugAsync();
        told.AddRange(await plug.RunAsync(TimeSpan.FromSeconds(8)));
        await plug.PlugInAsync(SimulatedPlugs.PlusPlug(60));
        told.AddRange(await plug.RunAsync(TimeSpan.FromSeconds(30)));

        var wall = Wall(told);
        Assert.Equal(60 * (told[^1].At - told[0].At).TotalSeconds, wall.Measured.Value, 6);
        Assert.Empty(wall.Meter.Unobserved);
    }

    private static DeviceLedger Wall(IEnumerable<LedgerEvent> events) =>
        events.Aggregate(Ledger.Empty, (ledger, entry) => ledger.Apply(entry)).Devices.Values.Single(device => device.Device.Kind == DeviceKind.Wall);
}
