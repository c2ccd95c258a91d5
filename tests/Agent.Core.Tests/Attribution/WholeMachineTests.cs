using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

public sealed class WholeMachineTests
{
    private static readonly Device Cpu0 = Host.Package(0);
    private static readonly Device Psys = new(DeviceKind.Platform, "psys", "rapl:psys");
    private static readonly Device Board = new(DeviceKind.Board, "acpi-power-meter", "hwmon:acpi-power-meter");
    private static readonly Device Wall = new(DeviceKind.Wall, "wall", "wall");

    [Fact]
    public void The_wall_is_the_truth_where_there_is_a_plug_and_lesser_meters_are_shown_only()
    {
        var host = new Host();
        host.Pass(60, new() { [Cpu0] = 30, [Psys] = 80, [Board] = 90, [Wall] = 110 });

        Assert.Equal(110 * (60 - Host.Tick), Booked(host), 1e-6);
        Assert.Equal(80 * (60 - Host.Tick), host.Ledger.Devices[Psys.Id].Measured.Value, 1e-6);
    }

    [Fact]
    public void A_plug_that_comes_late_takes_over_without_a_debt_of_the_meter_before()
    {
        var host = new Host();
        host.Pass(60, new() { [Cpu0] = 100, [Psys] = 60 });
        host.Pass(60, new() { [Cpu0] = 30, [Psys] = 60, [Wall] = 110 });

        Assert.Equal((100 * (60 - Host.Tick)) + (110 * 60), Booked(host), 110.0);
    }

    [Fact]
    public void What_a_silent_plug_did_not_see_is_not_made_up_from_psys_nor_a_debt_when_it_is_back()
    {
        var host = new Host();
        host.Pass(60, new() { [Cpu0] = 30, [Wall] = 110, [Psys] = 80 });
        var before = host.Ledger.Devices[Ledger.Rest.Id].Measured.Value;
        for (var i = 0; i < 100; i++)
        {
            host.Apply(new LedgerEvent.DeviceRead(host.At(), Wall, new Reading.Missing(MissingCause.Unresponsive, "The plug does not answer.")));
            host.Pass(1, new() { [Cpu0] = 30, [Psys] = 80 });
        }

        Assert.Equal(before, host.Ledger.Devices[Ledger.Rest.Id].Measured.Value, 1e-6);

        // The plug tells power only: what it did not see is lost, and counted as such.
        host.Apply(new LedgerEvent.DeviceRead(host.At(), Wall, new Reading.Power(new Watts(110), TimeSpan.Zero)));
        host.Apply(new LedgerEvent.DeviceRead(host.At(0.1), Wall, new Reading.Power(new Watts(110), TimeSpan.Zero)));
        Assert.True(host.Ledger.Devices[Wall.Id].Meter.Unobserved.Values.Sum(time => time.TotalSeconds) > 99);
    }

    [Fact]
    public void An_estimate_is_a_component_of_its_own_and_a_fixed_rest_is_idle_whatever_is_done()
    {
        var cpu = new Device(DeviceKind.EstimatedCpu, "cpu-estimated", "estimate:cpu");
        var rest = new Device(DeviceKind.EstimatedRest, "rest-estimated", "estimate:rest");
        var host = new Host();
        host.Pass(120, new() { [cpu] = 10, [rest] = 40 }, cpu: new() { [0] = 0.1 });
        host.Pass(10, new() { [cpu] = 65, [rest] = 40 }, cpu: new() { [0] = 16 });

        Assert.Equal((40 * (130 - Host.Tick), 0), (host.Booked(Category.Idle, device: rest), host.Booked(Category.Other, device: rest)));
        Assert.Equal(550, host.Booked(Category.Other, device: cpu), 30.0);
        Assert.Equal(Component.CpuEstimated, cpu.Component);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_estimate_gives_way_to_a_meter_of_the_same_joules(bool late)
    {
        var cpu = new Device(DeviceKind.EstimatedCpu, "cpu-estimated", "estimate:cpu");
        var rest = new Device(DeviceKind.EstimatedRest, "rest-estimated", "estimate:rest");
        var host = new Host();
        if (late)
        {
            host.Pass(60, new() { [cpu] = 500, [rest] = 700 });
        }

        var before = Booked(host);
        host.Pass(60, new() { [Cpu0] = 30, [Psys] = 80, [cpu] = 500, [rest] = 700 });

        Assert.Equal(80 * 60, Booked(host) - before, 1300.0); // a tick more or less of either
        Assert.Null(host.Ledger.Devices[cpu.Id].Meter.Failure);
        Assert.Empty(host.Ledger.Devices[rest.Id].Meter.Unobserved);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(30, 0, 0.15)]
    [InlineData(30, 40, 0.15)] // the rest is idle's, so the active figure has none of it
    public void What_part_of_joules_per_token_is_estimated_is_told(double cpuWatts, double restWatts, double active)
    {
        var gpu = Host.Gpu("GPU-0");
        var host = new Host();
        Dictionary<Device, double> quiet = new() { [gpu] = 20 };
        Dictionary<Device, double> busy = new() { [gpu] = 190 }; // 170 W of work
        if (cpuWatts > 0)
        {
            var cpu = new Device(DeviceKind.EstimatedCpu, "cpu-estimated", "estimate:cpu");
            (quiet[cpu], busy[cpu]) = (0, cpuWatts);
        }

        if (restWatts > 0)
        {
            var rest = new Device(DeviceKind.EstimatedRest, "rest-estimated", "estimate:rest");
            (quiet[rest], busy[rest]) = (restWatts, restWatts);
        }

        host.Pass(200, quiet, cpu: new() { [0] = 0.01 });
        var id = host.Start(10, "a", "GPU-0");
        var decoded = 0;
        host.Pass(60, busy, cpu: new() { [10] = 7, [0] = 0 }, runners: h => h.Serving(id, new RunnerCounters(0, 0, 0, 0, 0), new RunnerSlot(true, 1, decoded += 12)));

        var ratio = JoulesPerToken.Of(host.Ledger, ModelKey.OfName("a"))!;
        Assert.Equal(active, ratio.ActiveEstimated, 0.01);
        Assert.True(restWatts > 0 ? ratio.FullEstimated > ratio.ActiveEstimated + 0.1 : ratio.FullEstimated <= ratio.ActiveEstimated + 0.01);
    }

    private static double Booked(Host host) => host.Ledger.Devices.Values
        .Where(device => device.Device.Component is not null)
        .Sum(device => device.Accounts.Values.Sum(joules => joules.Value));
}
