using System.Collections.Immutable;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlSensorTests
{
    [Fact]
    public void Each_GPU_is_found_and_read_by_its_UUID()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);

        var events = machine.ReadAfter(seconds: 1);

        var found = events.OfType<LedgerEvent.GpuFound>().Select(one => one.Gpu).ToList();
        Assert.Equal(
            new(NvmlMachine.First, 0, "NVIDIA GeForce RTX 4090", "NVIDIA", "550.163.01", "00000000:01:00.0"), found[0]);
        Assert.Equal(NvmlMachine.Second, found[1].Uuid);
        var reads = events.OfType<LedgerEvent.DeviceRead>().ToList();
        Assert.Equal(2, reads.Count);
        Assert.Equal(new(DeviceKind.Gpu, NvmlMachine.First, $"nvml:{NvmlMachine.First}"), reads[0].Device);
        Assert.Equal(new Joules(5000), Assert.IsType<Reading.Counter>(reads[0].Reading).Total);
        Assert.Equal(new Watts(61.5), Assert.IsType<Reading.Counter>(reads[0].Reading).PowerNow);
        Assert.Equal(new Joules(9000), Assert.IsType<Reading.Counter>(reads[1].Reading).Total);
        Assert.All(reads, read => Assert.Equal(Moment.FromSeconds(1), read.At));
        Assert.Null(Assert.Single(events.OfType<LedgerEvent.SensorChecked>()).Failure);
    }

    [Fact]
    public void The_counter_says_how_it_moves_and_that_it_does_not_wrap()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);

        var counter = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));

        Assert.Null(counter.Range);
        Assert.Equal(new Watts(2000), counter.MostPower);
        Assert.Equal(TimeSpan.FromMilliseconds(100), counter.Step);
    }

    [Fact]
    public void The_state_is_told_in_base_units_and_what_is_not_told_is_absent()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);

        var states = machine.ReadAfter(seconds: 0)
            .OfType<LedgerEvent.GpuStateRead>()
            .ToDictionary(read => read.Uuid, read => read.State);

        Assert.Equal(
            new GpuState
            {
                UtilizationRatio = 0.37,
                MemoryTotalBytes = 25_757_220_864,
                MemoryUsedBytes = 1_000_000_000,
                TemperatureCelsius = 45,
                SmClockHertz = 2.52e9,
                MemoryClockHertz = 10.501e9,
                PowerLimitWatts = 450,
                DefaultPowerLimitWatts = 450,
                MinPowerLimitWatts = 150,
                MaxPowerLimitWatts = 600,
                PerformanceState = 2,
                ClockReasons = ClockReasons.PowerCap | ClockReasons.ThermalSoftware,
                Persistence = true,
                Hold = "held",
            },
            states[NvmlMachine.First]);
        Assert.Equal(new GpuState { UtilizationRatio = 0, Hold = "held" }, states[NvmlMachine.Second]);
    }

    [Fact]
    public void What_a_GPU_does_not_tell_is_asked_for_once()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);
        machine.ReadAfter(seconds: 0);

        machine.ReadAfter(seconds: 1);
        machine.ReadAfter(seconds: 1);

        Assert.Equal(3, machine.Fake!.Calls("nvmlDeviceGetTemperature 0"));
        Assert.Equal(1, machine.Fake.Calls("nvmlDeviceGetTemperature 1"));
    }

    [Fact]
    public void What_an_operator_sets_is_asked_for_every_half_minute_and_reasons_each_second()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);

        machine.ReadSeconds(60);

        Assert.Equal(2, machine.Fake!.Calls("nvmlDeviceGetPowerManagementDefaultLimit"));
        Assert.Equal(2, machine.Fake.Calls("nvmlDeviceGetPowerManagementLimitConstraints"));
        Assert.Equal(2, machine.Fake.Calls("nvmlDeviceGetPersistenceMode"));
        Assert.Equal(60, machine.Fake.Calls("nvmlDeviceGetCurrentClocksEventReasons"));
    }

    [Fact]
    public void A_limit_that_was_changed_is_seen()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);

        machine.Fake!.Show($"{NvmlMachine.OneGpu}\ngpu 0 limits 450000 100000 500000\ngpu 0 persistence 0");

        var state = Assert.Single(machine.ReadAfter(seconds: 30).OfType<LedgerEvent.GpuStateRead>()).State;
        Assert.Equal((100, 500, false), (state.MinPowerLimitWatts, state.MaxPowerLimitWatts, state.Persistence));
    }

    [Fact]
    public void Reasons_nobody_has_a_name_for_are_left_out()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\ngpu 0 reasons 516"); // 0x204

        var state = Assert.Single(machine.ReadAfter(seconds: 0).OfType<LedgerEvent.GpuStateRead>()).State;

        Assert.Equal(ClockReasons.PowerCap, state.ClockReasons);
    }

    [Fact]
    public void The_kernels_status_of_a_GPU_is_told_with_its_state()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.Plug(NvmlMachine.FirstAddress);

        var state = Assert.Single(machine.ReadAfter(seconds: 0).OfType<LedgerEvent.GpuStateRead>()).State;

        Assert.Equal("active", state.RuntimeStatus);
    }

    [Fact]
    public void Energy_is_read_each_round_state_each_second_and_processes_each_five()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);

        for (var round = 0; round <= 50; round++)
        {
            machine.ReadAfter(seconds: round == 0 ? 0 : 0.2);
        }

        Assert.Equal(51, machine.Fake!.Calls("nvmlDeviceGetFieldValues"));
        Assert.Equal(11, machine.Fake.Calls("nvmlDeviceGetUtilizationRates"));
        Assert.Equal(3, machine.Fake.Calls("nvmlDeviceGetComputeRunningProcesses_v3"));
        Assert.Equal(1, machine.Fake.Calls("nvmlDeviceGetName"));
    }

    [Fact]
    public void A_runner_that_waits_to_be_placed_has_the_processes_read_sooner_but_not_each_round()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);
        var before = machine.Fake!.Calls("nvmlDeviceGetComputeRunningProcesses_v3");

        for (var round = 0; round < 5; round++)
        {
            machine.Sensor.RefreshProcesses();
            machine.ReadAfter(seconds: 0.2);
        }

        Assert.Equal(before + 1, machine.Fake.Calls("nvmlDeviceGetComputeRunningProcesses_v3"));
    }

    [Fact]
    public void A_GPU_without_a_counter_tells_its_power_and_over_what_time_it_is_meant()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\ngpu 0 energy -1");

        Assert.Equal(new Reading.Power(new(61.5), TimeSpan.FromSeconds(1)), machine.ReadingAfter(seconds: 0));
    }

    [Theory]
    [InlineData("4", "Tesla P100-PCIE-16GB")]
    [InlineData("7", "NVIDIA A100-SXM4-80GB")]
    public void An_older_GPU_or_a_GA100_tells_the_power_of_the_moment(string architecture, string name)
    {
        using var machine = new NvmlMachine(
            $"{NvmlMachine.OneGpu}\ngpu 0 energy -1\ngpu 0 architecture {architecture}\ngpu 0 name {name}");

        Assert.Equal(new Reading.Power(new(61.5), TimeSpan.Zero), machine.ReadingAfter(seconds: 0));
    }

    [Fact]
    public void A_counter_that_fails_is_never_continued_by_power()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));

        machine.Fake!.Show($"{NvmlMachine.OneGpu}\nerror field:83 3");

        Assert.Equal(MissingCause.Unsupported, Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1)).Cause);
    }

    [Fact]
    public void A_GPU_whose_first_answer_is_an_error_is_not_taken_for_one_without_a_counter()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\nerror field:83 10");
        Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 0));

        machine.Fake!.Show(NvmlMachine.OneGpu);

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    [Fact]
    public void A_GPU_that_tells_neither_is_unsupported_and_left_alone()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\ngpu 0 energy -1\ngpu 0 power -1");
        machine.ReadAfter(seconds: 0);
        var before = machine.Fake!.Calls("nvmlDeviceGetFieldValues");

        var missing = Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1));

        Assert.Equal(MissingCause.Unsupported, missing.Cause);
        Assert.Equal(before, machine.Fake.Calls("nvmlDeviceGetFieldValues"));
    }

    [Fact]
    public void A_power_no_GPU_can_draw_is_not_told()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\ngpu 0 power 9999999");

        Assert.Null(Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0)).PowerNow);
    }

    [Fact]
    public void Processes_on_the_GPU_are_told_and_one_that_ended_meanwhile_is_not()
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\ngpu 0 process 4242 700\ngpu 0 process 4243 800");
        machine.StartProcess(4242);

        var read = Assert.Single(machine.ReadAfter(seconds: 0).OfType<LedgerEvent.GpuProcessesRead>());

        Assert.Equal([new GpuProcess(4242, 700)], read.Processes!.Value);
    }

    [Fact]
    public void No_process_is_an_answer_too()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);

        var read = Assert.Single(machine.ReadAfter(seconds: 0).OfType<LedgerEvent.GpuProcessesRead>());

        Assert.Empty(read.Processes!.Value);
    }

    [Theory]
    [InlineData("gpu 0 process 4242 700")] // of a pid namespace that is not ours
    [InlineData("gpu 0 mig 1")]
    [InlineData("error nvmlDeviceGetComputeRunningProcesses_v3 3")]
    [InlineData("error nvmlDeviceGetComputeRunningProcesses_v3 999")]
    public void A_view_of_processes_that_cannot_be_trusted_is_none(string state)
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\n{state}");

        var events = machine.ReadAfter(seconds: 0);

        Assert.Null(Assert.Single(events.OfType<LedgerEvent.GpuProcessesRead>()).Processes);
        Assert.Single(events.OfType<LedgerEvent.DeviceRead>(), read => read.Reading is Reading.Counter);
    }

    [Fact]
    public void Utilisation_is_that_since_the_last_look_each_sample_once()
    {
        var old = "gpu 0 sample 7 1000 99";
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\n{old}");
        machine.StartProcess(7);
        Assert.Empty(Utilization(machine)); // what is older than the agent is nobody's
        machine.Fake!.Show($"""
            {NvmlMachine.OneGpu}
            {old}
            gpu 0 sample 7 2000 80
            gpu 0 sample 7 3000 40
            gpu 0 sample 8 3000 20
            gpu 0 sample 9 3000 4294967295
            """);

        Assert.Equal([new(7, 0.6), new(8, 0.1)], Utilization(machine)); // 8 ran in one of two windows
        Assert.Empty(Utilization(machine));

        static ImmutableArray<ProcessUtilization> Utilization(NvmlMachine machine) =>
            Assert.Single(machine.ReadAfter(seconds: 1).OfType<LedgerEvent.GpuUtilizationRead>()).Processes;
    }

    [Fact]
    public void Utilisation_by_processes_of_another_pid_namespace_is_no_view()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 1);
        machine.Fake!.Show($"""
            {NvmlMachine.OneGpu}
            gpu 0 sample 7 2000 80
            """);

        Assert.Empty(machine.ReadAfter(seconds: 1).OfType<LedgerEvent.GpuUtilizationRead>());
    }

    [Fact]
    public void An_old_driver_is_read_all_the_same()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu, oldDriver: true);

        var counter = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));

        Assert.Equal((new Joules(5000), new Watts(61.5)), (counter.Total, counter.PowerNow));
    }

    [Fact]
    public void Without_a_driver_the_library_is_not_touched_and_nothing_is_said()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu, driver: false);

        Assert.Empty(machine.ReadAfter(seconds: 0));
        Assert.Equal(0, machine.Fake!.Calls());
    }

    [Fact]
    public void A_driver_that_must_be_there_and_is_not_is_a_failure()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu, enabled: Enabled.True, driver: false);

        var failure = Assert.IsType<LedgerEvent.SensorChecked>(Assert.Single(machine.ReadAfter(seconds: 0))).Failure;

        Assert.Equal(MissingCause.Gone, failure!.Cause);
        Assert.Equal(0, machine.Fake!.Calls());
    }

    [Fact]
    public void A_driver_loaded_later_is_found()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu, driver: false);
        machine.ReadAfter(seconds: 0);

        machine.LoadModule("550.163.01");

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    [Fact]
    public void Switched_off_it_touches_nothing()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu, enabled: Enabled.False);

        Assert.Empty(machine.ReadAfter(seconds: 0));
        Assert.Equal(Verdict.Absent, Assert.Single(machine.Sensor.Check()).Verdict);
        Assert.Equal(0, machine.Fake!.Calls());
    }

    [Fact]
    public void The_end_of_the_agent_closes_NVML()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.ReadAfter(seconds: 0);

        machine.Sensor.Dispose();

        Assert.Equal(1, machine.Fake!.Calls("nvmlShutdown"));
    }
}
