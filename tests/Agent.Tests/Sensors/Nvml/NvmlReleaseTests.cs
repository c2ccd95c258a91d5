using System.Diagnostics;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;
using Agent.Sensors.Nvml;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlReleaseTests
{
    private const string Later = $"{NvmlMachine.OneGpu}\ngpu 0 energy 8600000"; // 3,600 J more

    [Fact]
    public void Released_NVML_is_closed_and_not_touched_until_it_is_held_again()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.Plug(NvmlMachine.FirstAddress);
        machine.ReadAfter(seconds: 0);
        Assert.IsType<NvmlReleaseState.Held>(machine.Sensor.ReleaseState);

        machine.Sensor.Release();
        Assert.Equal(Moment.FromSeconds(0), Assert.IsType<NvmlReleaseState.Releasing>(machine.Sensor.ReleaseState).Since);
        machine.ReadAfter(seconds: 1);

        Assert.Equal(1, machine.Fake!.Calls("nvmlShutdown"));
        Assert.Equal(Moment.FromSeconds(1), Assert.IsType<NvmlReleaseState.Released>(machine.Sensor.ReleaseState).Since);
        var calls = machine.Fake.Calls();
        for (var minute = 0; minute < 50; minute++)
        {
            machine.Sensor.RefreshProcesses(); // nobody's wish is stronger
            Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 60));
        }

        Assert.Equal(calls, machine.Fake.Calls());
        machine.Sensor.Hold();

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
        Assert.Equal(2, machine.Fake.Calls("nvmlDeviceGetHandleByIndex_v2")); // the old handle is not used again
        Assert.IsType<NvmlReleaseState.Held>(machine.Sensor.ReleaseState);
    }

    [Fact]
    public void While_it_is_released_readings_and_sensor_say_so_and_plain_files_are_read_on()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.Plug(NvmlMachine.FirstAddress);
        machine.ReadAfter(seconds: 0);

        machine.Sensor.Release();
        var events = machine.ReadAfter(seconds: 1);

        var missing = Assert.IsType<Reading.Missing>(Assert.Single(events.OfType<LedgerEvent.DeviceRead>()).Reading);
        Assert.Equal(MissingCause.Gone, missing.Cause);
        Assert.Contains("released on request: joulet nvml hold takes it up again", missing.Reason, StringComparison.Ordinal);
        Assert.Equal(missing, Assert.Single(events.OfType<LedgerEvent.SensorChecked>()).Failure);
        Assert.Equal(
            new GpuState { RuntimeStatus = "active", Hold = "released" },
            Assert.Single(events.OfType<LedgerEvent.GpuStateRead>()).State);
        machine.Plug(NvmlMachine.FirstAddress, "suspended");
        Assert.IsType<Reading.Asleep>(machine.ReadingAfter(seconds: 1));
        Assert.Contains(machine.Sensor.Check(), finding =>
            finding.Verdict == Verdict.Warning && finding.Text.Contains("joulet nvml hold", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_drawn_meanwhile_is_booked_from_the_counter()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        var ledger = machine.ReadAfter(seconds: 1).Aggregate(Ledger.Empty, (before, told) => before.Apply(told));
        machine.Sensor.Release();
        ledger = machine.ReadAfter(seconds: 1).Aggregate(ledger, (before, told) => before.Apply(told));
        machine.Fake!.Show(Later);
        ledger = machine.ReadAfter(seconds: 60).Aggregate(ledger, (before, told) => before.Apply(told));
        Assert.Equal(0, ledger.Devices[NvmlMachine.First].Measured.Value);

        machine.Sensor.Hold();
        ledger = machine.ReadAfter(seconds: 1).Aggregate(ledger, (before, told) => before.Apply(told));

        Assert.Equal(3600, ledger.Devices[NvmlMachine.First].Measured.Value);
        Assert.Empty(ledger.Devices[NvmlMachine.First].Meter.Unobserved);
    }

    [Fact]
    public async Task A_release_while_a_call_hangs_is_not_done_until_the_call_is_over()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.NewSensor(patience: TimeSpan.Zero);
        machine.Fake!.Show($"{NvmlMachine.OneGpu}\nhang nvmlDeviceGetFieldValues");
        Until(machine, () => machine.Fake.Calls("nvmlDeviceGetFieldValues") > 0);

        machine.Sensor.Release();
        var released = machine.Sensor.ReleasedAsync(TimeSpan.FromSeconds(5));
        machine.ReadAfter(seconds: 4);
        Assert.False(released.IsCompleted);
        machine.ReadAfter(seconds: 1);

        Assert.False(await released);
        Assert.IsType<NvmlReleaseState.Releasing>(machine.Sensor.ReleaseState);

        machine.Fake.Show(NvmlMachine.OneGpu);
        released = machine.Sensor.ReleasedAsync(TimeSpan.FromSeconds(5));
        Until(machine, () => machine.Sensor.ReleaseState is NvmlReleaseState.Released);

        Assert.True(await released);
        Assert.Equal(1, machine.Fake.Calls("nvmlShutdown"));
    }

    [Fact]
    public async Task A_wait_for_a_release_that_is_taken_back_or_was_not_asked_for_ends_at_once()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);
        Assert.False(await machine.Sensor.ReleasedAsync(TimeSpan.FromHours(1)));

        machine.Sensor.Release();
        var released = machine.Sensor.ReleasedAsync(TimeSpan.FromHours(1));
        machine.Sensor.Hold();

        Assert.False(await released);
    }

    [Fact]
    public async Task NVML_that_was_never_touched_is_released_at_once_and_stays_so()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);

        machine.Sensor.Release();

        Assert.True(await machine.Sensor.ReleasedAsync(TimeSpan.Zero));
        machine.ReadSeconds(10);
        Assert.Equal(0, machine.Fake!.Calls());
    }

    [Fact]
    public void A_driver_that_went_and_came_back_is_held_again()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);
        machine.Sensor.Release();
        machine.ReadAfter(seconds: 1);

        machine.UnloadModule();
        machine.ReadAfter(seconds: 60);
        Assert.IsType<NvmlReleaseState.Released>(machine.Sensor.ReleaseState);
        machine.LoadModule("560.35.03");

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
        Assert.IsType<NvmlReleaseState.Held>(machine.Sensor.ReleaseState);
    }

    [Fact]
    public void A_driver_reloaded_between_two_looks_is_held_again_and_an_old_library_is_told_to_be_restarted()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);
        machine.Sensor.Release();
        machine.ReadAfter(seconds: 1);

        machine.LoadModule("560.35.03");
        machine.Fake!.Show($"{NvmlMachine.OneGpu}\ninit 18");

        var failure = Assert.Single(machine.ReadAfter(seconds: 1).OfType<LedgerEvent.SensorChecked>()).Failure;
        Assert.Contains("restart the agent", failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_that_was_forgotten_ends_after_an_hour_from_when_it_was_asked_for_last()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);
        machine.Sensor.Release();
        machine.ReadAfter(seconds: 1800);

        machine.Sensor.Release();
        Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 3599));

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    /// <summary>Reads until something is so, in real time: another thread does it.</summary>
    private static void Until(NvmlMachine machine, Func<bool> isSo)
    {
        var waited = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
            _ = machine.Sensor.Read().Count();
            Thread.Sleep(5);
        }
    }
}
