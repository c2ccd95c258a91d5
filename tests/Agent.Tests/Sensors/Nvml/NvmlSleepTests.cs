using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlSleepTests
{
    private const string Idle = $"{NvmlMachine.OneGpu}\ngpu 0 utilization 0";
    private const string MaySleep = "Enabled (fine-grained)";

    [Fact]
    public void A_machine_whose_GPUs_sleep_is_left_asleep_until_something_else_wakes_one()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.Plug(NvmlMachine.FirstAddress, "suspended", MaySleep);

        var events = machine.ReadAfter(seconds: 0);

        Assert.Null(Assert.IsType<LedgerEvent.SensorChecked>(Assert.Single(events)).Failure);
        Assert.Equal(0, machine.Fake!.Calls());

        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("suspending")]
    public void A_GPU_that_sleeps_gets_no_calls_while_the_other_is_read(string status)
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);
        machine.Plug(NvmlMachine.FirstAddress);
        machine.Plug(NvmlMachine.SecondAddress);
        machine.ReadAfter(seconds: 0);
        machine.Plug(NvmlMachine.SecondAddress, status);
        var before = machine.Fake!.Calls("nvmlDeviceGetFieldValues 1");
        var stateBefore = machine.Fake.Calls("nvmlDeviceGetUtilizationRates 1");

        Assert.IsType<Reading.Asleep>(machine.ReadingAfter(seconds: 6, NvmlMachine.Second));
        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 6));

        Assert.Equal(before, machine.Fake.Calls("nvmlDeviceGetFieldValues 1"));
        Assert.Equal(stateBefore, machine.Fake.Calls("nvmlDeviceGetUtilizationRates 1"));
    }

    [Fact]
    public void An_idle_GPU_that_may_sleep_is_left_alone_for_longer_than_it_needs_to_fall_asleep()
    {
        using var machine = new NvmlMachine(Idle);
        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);
        machine.ReadSeconds(10);
        Assert.Equal(1, machine.Fake!.Calls("nvmlShutdown"));
        var calls = machine.Fake.Calls();

        // Not zero: what it draws until it sleeps is not known.
        Assert.Equal(MissingCause.Gone, Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 12)).Cause);
        machine.Plug(NvmlMachine.FirstAddress, "suspended", MaySleep);
        Assert.IsType<Reading.Asleep>(machine.ReadingAfter(seconds: 1));
        Assert.IsType<Reading.Asleep>(machine.ReadingAfter(seconds: 3600));
        Assert.Equal(calls, machine.Fake.Calls());

        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);
        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    [Fact]
    public void A_GPU_that_something_else_keeps_awake_is_looked_at_again_and_its_counter_goes_on()
    {
        using var machine = new NvmlMachine(Idle);
        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);
        var before = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 0));
        machine.ReadSeconds(9);
        for (var second = 1; second < 20; second++)
        {
            Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1));
        }

        var after = Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));

        Assert.Equal(before.Epoch, after.Epoch);
    }

    [Fact]
    public void A_runner_that_waits_to_be_placed_ends_the_rest()
    {
        using var machine = new NvmlMachine(Idle);
        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);
        machine.ReadSeconds(10);
        Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 1));

        machine.Sensor.RefreshProcesses();

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    [Fact]
    public void A_GPU_that_sleeps_shows_its_runtime_status_and_nothing_that_only_NVML_knows()
    {
        using var machine = new NvmlMachine(Idle);
        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);
        machine.ReadSeconds(10);
        machine.Plug(NvmlMachine.FirstAddress, "suspended", MaySleep);
        var calls = machine.Fake!.Calls();

        var events = machine.ReadAfter(seconds: 1);

        var state = Assert.Single(events.OfType<LedgerEvent.GpuStateRead>()).State;
        Assert.Equal(new GpuState { RuntimeStatus = "suspended", Hold = "may_sleep" }, state);
        var shown = events.Aggregate(Ledger.Empty, (ledger, told) => ledger.Apply(told)).Gpus[NvmlMachine.First].State;
        Assert.Equal("suspended", shown.RuntimeStatus); // told after the reading, which clears the state
        Assert.Equal(calls, machine.Fake.Calls());
    }

    [Theory]
    [InlineData(NvmlMachine.OneGpu, MaySleep)] // works
    [InlineData($"{Idle}\ngpu 0 process 4242 700", MaySleep)] // holds a model
    [InlineData(Idle, "Disabled by default")]
    [InlineData(Idle, "Not supported")] // a server: closing NVML would tear the GPU down
    public void A_GPU_that_is_used_or_cannot_sleep_stays_open(string state, string sleep)
    {
        using var machine = new NvmlMachine(state);
        machine.StartProcess(4242);
        machine.Plug(NvmlMachine.FirstAddress, "active", sleep);

        machine.ReadSeconds(60);

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
        Assert.Equal(0, machine.Fake!.Calls("nvmlShutdown"));
    }
}
