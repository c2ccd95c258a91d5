using System.Diagnostics;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlFaultTests
{
    private const string FirstLost = $"{NvmlMachine.TwoGpus}\ngpu 0 lost 15";

    [Fact]
    public void A_GPU_that_falls_off_its_bus_is_lost_and_the_other_is_read_on()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);
        machine.ReadAfter(seconds: 0);

        machine.Fake!.Show(FirstLost);

        Assert.Equal(MissingCause.Lost, Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1)).Cause);
        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1, NvmlMachine.Second));
        Assert.Equal(MissingCause.Lost, Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1)).Cause);
    }

    [Fact]
    public void A_lost_GPU_is_looked_for_less_and_less_often()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);
        machine.ReadAfter(seconds: 0);
        machine.Fake!.Show(FirstLost);
        var starts = new List<int>();

        for (var second = 1; second <= 900; second++)
        {
            var before = machine.Fake.Calls("nvmlInit_v2");
            machine.ReadAfter(seconds: 1);
            if (machine.Fake.Calls("nvmlInit_v2") > before)
            {
                starts.Add(second);
            }
        }

        // 30 s, 60 s, 120 s, 240 s, then 300 s after the one before; the first second is when it was lost.
        Assert.Equal([31, 91, 211, 451, 751], starts);
    }

    [Fact]
    public void A_GPU_that_comes_back_is_found_again_with_a_counter_of_a_new_epoch_and_the_other_goes_on()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);
        var before = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));
        machine.Fake!.Show(FirstLost);
        var other = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1, NvmlMachine.Second));
        machine.Fake.Show(NvmlMachine.TwoGpus);

        var events = machine.ReadAfter(seconds: 30);

        Assert.Equal(2, events.OfType<LedgerEvent.GpuFound>().Count());
        var reads = events.OfType<LedgerEvent.DeviceRead>().ToDictionary(
            read => read.Device.Id, read => Assert.IsType<Reading.Counter>(read.Reading).Epoch);
        Assert.NotEqual(before.Epoch, reads[NvmlMachine.First]);
        Assert.Equal(other.Epoch, reads[NvmlMachine.Second]);
    }

    [Fact]
    public void Stale_handles_are_fetched_anew_at_once_and_the_counter_goes_on()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        var before = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));
        machine.ReadAfter(seconds: 60);
        machine.Fake!.Show($"{NvmlMachine.OneGpu}\ngeneration 2");

        Assert.Equal(MissingCause.Error, Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1)).Cause);
        var after = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));

        Assert.Equal(before, after);
    }

    [Fact]
    public void A_driver_that_was_reloaded_begins_a_new_epoch()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        var before = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));
        machine.ReadAfter(seconds: 60);

        machine.LoadModule("550.163.01");
        machine.Fake!.Show($"{NvmlMachine.OneGpu}\ngeneration 2\ngpu 0 energy 9000000");
        machine.ReadAfter(seconds: 1);
        var after = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));

        Assert.Equal(new Joules(9000), after.Total); // higher than before: only the epoch tells
        Assert.NotEqual(before.Epoch, after.Epoch);
    }

    [Fact]
    public void The_epoch_is_the_same_for_an_agent_that_was_restarted()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        var before = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));

        machine.NewSensor();

        Assert.Equal(before, machine.ReadingAfter(seconds: 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    public void Unknown_errors_three_rounds_in_a_row_start_NVML_anew(int code)
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);
        machine.ReadAfter(seconds: 60);
        machine.Fake!.Show($"{NvmlMachine.OneGpu}\nerror nvmlDeviceGetFieldValues {code}");

        for (var round = 0; round < 3; round++)
        {
            Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1));
            Assert.Equal(1, machine.Fake.Calls("nvmlInit_v2"));
        }

        machine.Fake.Show(NvmlMachine.OneGpu);

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
        Assert.Equal(2, machine.Fake.Calls("nvmlInit_v2"));
    }

    [Fact]
    public void An_error_that_passes_costs_one_reading()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);
        machine.Fake!.Show($"{NvmlMachine.OneGpu}\nerror nvmlDeviceGetFieldValues 10");
        Assert.Equal(MissingCause.Error, Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1)).Cause);

        machine.Fake.Show(NvmlMachine.OneGpu);

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
        Assert.Equal(1, machine.Fake.Calls("nvmlInit_v2"));
    }

    [Fact]
    public void An_upgraded_driver_is_explained_with_both_versions_and_tried_again_slowly()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\ndriver 560.35.03\ninit 18");

        var failure = Failure(machine.ReadAfter(seconds: 0));

        Assert.Contains("560.35.03", failure!.Reason, StringComparison.Ordinal);
        Assert.Contains("550.163.01", failure.Reason, StringComparison.Ordinal);
        Assert.Contains("Reboot", failure.Reason, StringComparison.Ordinal);
        Assert.NotNull(Failure(machine.ReadAfter(seconds: 299)));
        Assert.Equal(1, machine.Fake!.Calls("nvmlInit_v2"));
        machine.ReadAfter(seconds: 1);
        Assert.Equal(2, machine.Fake.Calls("nvmlInit_v2"));
    }

    [Fact]
    public void A_driver_that_cannot_be_reached_is_tried_again()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\ninit 9");
        Assert.Contains("/dev/nvidiactl", Failure(machine.ReadAfter(seconds: 0))!.Reason, StringComparison.Ordinal);

        machine.Fake!.Show(NvmlMachine.OneGpu);

        Assert.NotNull(Failure(machine.ReadAfter(seconds: 29)));
        var events = machine.ReadAfter(seconds: 1);
        Assert.Null(Failure(events));
        Assert.Single(events.OfType<LedgerEvent.GpuFound>());
    }

    [Fact]
    public void A_GPU_the_agent_may_not_read_is_said_with_the_fix()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.TwoGpus}\ngpu 0 error nvmlDeviceGetFieldValues 4");

        var missing = Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 0));

        Assert.Equal(MissingCause.Permission, missing.Cause);
        Assert.Contains("/dev/nvidia", missing.Reason, StringComparison.Ordinal);
        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1, NvmlMachine.Second));
    }

    [Fact]
    public void A_GPU_that_may_not_be_opened_does_not_hide_the_other()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.TwoGpus}\ngpu 0 error nvmlDeviceGetHandleByIndex_v2 4");

        var events = machine.ReadAfter(seconds: 0);

        Assert.Equal(NvmlMachine.Second, Assert.Single(events.OfType<LedgerEvent.DeviceRead>()).Device.Id);
        Assert.Null(Failure(events));
    }

    [Fact]
    public void If_no_GPU_may_be_opened_the_sensor_says_why()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.TwoGpus}\nerror nvmlDeviceGetHandleByIndex_v2 4");

        Assert.Equal(MissingCause.Permission, Failure(machine.ReadAfter(seconds: 0))!.Cause);
    }

    [Fact]
    public void A_library_that_is_missing_beside_a_driver_is_said_with_the_fix()
    {
        using var machine = new NvmlMachine(state: null);

        var failure = Failure(machine.ReadAfter(seconds: 0));

        Assert.Equal(MissingCause.Gone, failure!.Cause);
        Assert.Contains("NVIDIA_DRIVER_CAPABILITIES=utility", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_that_is_unplugged_is_gone_once_and_then_forgotten()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);
        machine.Plug(NvmlMachine.FirstAddress);
        machine.Plug(NvmlMachine.SecondAddress);
        machine.ReadAfter(seconds: 0);

        machine.Unplug(NvmlMachine.SecondAddress);
        machine.Fake!.Show(NvmlMachine.OneGpu);

        var gone = Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1, NvmlMachine.Second));
        Assert.Equal(MissingCause.Gone, gone.Cause);
        var left = Assert.Single(machine.ReadAfter(seconds: 1).OfType<LedgerEvent.DeviceRead>());
        Assert.Equal(NvmlMachine.First, left.Device.Id);
    }

    [Fact]
    public void A_driver_that_hangs_costs_others_a_moment_once_and_is_said_after_ten_seconds()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        var sensor = machine.NewSensor(patience: TimeSpan.FromMilliseconds(50));
        Hang(machine);

        // A round that is late already is not waited for again.
        var all = Stopwatch.StartNew();
        for (var round = 0; round < 20; round++)
        {
            Assert.Empty(sensor.Read());
        }

        Assert.InRange(all.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Empty(machine.ReadAfter(seconds: 10));
        var events = machine.ReadAfter(seconds: 0.1);
        var missing = Assert.IsType<Reading.Missing>(Assert.Single(events.OfType<LedgerEvent.DeviceRead>()).Reading);
        Assert.Equal(MissingCause.Unresponsive, missing.Cause);
        Assert.Equal(missing, Failure(events));

        var end = Stopwatch.StartNew();
        sensor.Dispose();
        Assert.InRange(end.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_driver_that_answers_again_is_read_again_but_not_backwards_in_time()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.NewSensor(patience: TimeSpan.Zero);
        Hang(machine); // after it has read the energy, but before that was delivered
        var said = machine.ReadAfter(seconds: 11).Single(told => told is LedgerEvent.DeviceRead).At;

        machine.Fake!.Show(NvmlMachine.OneGpu);
        var reads = ReadUntilCounted(machine);

        Assert.All(reads, read => Assert.True(read.At >= said));
        Assert.Equal(1, machine.Fake.Calls("nvmlInit_v2"));
    }

    private static Reading.Missing? Failure(IEnumerable<LedgerEvent> events) =>
        Assert.Single(events.OfType<LedgerEvent.SensorChecked>()).Failure;

    /// <summary>Lets the driver hang in a call that is made every 5 s only, so that it is known when it does.</summary>
    private static void Hang(NvmlMachine machine)
    {
        const string Processes = "nvmlDeviceGetComputeRunningProcesses_v3";
        ReadUntilCounted(machine);
        var before = machine.Fake!.Calls(Processes);
        machine.Fake.Show($"{NvmlMachine.OneGpu}\nhang {Processes}");
        machine.Time.Advance(TimeSpan.FromSeconds(5));
        var waited = Stopwatch.StartNew();
        while (machine.Fake.Calls(Processes) == before)
        {
            Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
            _ = machine.Sensor.Read().Count();
            Thread.Sleep(5);
        }
    }

    private static List<LedgerEvent.DeviceRead> ReadUntilCounted(NvmlMachine machine)
    {
        var reads = new List<LedgerEvent.DeviceRead>();
        var waited = Stopwatch.StartNew();
        while (!reads.Exists(read => read.Reading is Reading.Counter))
        {
            Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
            Thread.Sleep(5);
            reads.AddRange(machine.Sensor.Read().OfType<LedgerEvent.DeviceRead>());
        }

        return reads;
    }
}
