using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlHoldTests
{
    private const string Idle = $"{NvmlMachine.OneGpu}\ngpu 0 utilization 0";
    private const string MaySleep = "Enabled (fine-grained)";

    [Fact]
    public void Always_holds_a_GPU_that_could_sleep()
    {
        using var machine = new NvmlMachine(Idle, hold: NvmlHold.Always);
        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);

        machine.ReadSeconds(60);

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
        Assert.Equal(0, machine.Fake!.Calls("nvmlShutdown"));
        Assert.Equal("held", Hold(machine));
    }

    [Fact]
    public void Always_wakes_a_GPU_that_sleeps_when_the_agent_starts()
    {
        using var machine = new NvmlMachine(Idle, hold: NvmlHold.Always);
        machine.Plug(NvmlMachine.FirstAddress, "suspended", MaySleep);

        machine.ReadAfter(seconds: 1);

        Assert.Equal(1, machine.Fake!.Calls("nvmlInit_v2"));
    }

    [Fact]
    public void Never_lets_go_of_an_idle_GPU_that_cannot_sleep_and_looks_again_after_five_minutes()
    {
        using var machine = new NvmlMachine(Idle, hold: NvmlHold.Never);
        machine.Plug(NvmlMachine.FirstAddress);
        machine.ReadSeconds(10);
        Assert.Equal(1, machine.Fake!.Calls("nvmlShutdown"));
        Assert.Equal("may_sleep", Hold(machine));
        var calls = machine.Fake.Calls();

        var missing = Assert.IsType<Reading.Missing>(machine.ReadingAfter(seconds: 298));
        Assert.Contains("hold: never", missing.Reason, StringComparison.Ordinal);
        Assert.Equal(calls, machine.Fake.Calls());

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    [Fact]
    public void Never_takes_a_GPU_up_at_once_when_a_runner_waits_to_be_placed()
    {
        using var machine = new NvmlMachine(Idle, hold: NvmlHold.Never);
        machine.Plug(NvmlMachine.FirstAddress);
        machine.ReadSeconds(10);

        machine.Sensor.RefreshProcesses();

        Assert.IsType<Reading.Counter>(machine.ReadingAfter(seconds: 1));
    }

    [Fact]
    public void Never_does_not_let_go_of_a_GPU_that_works()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu, hold: NvmlHold.Never);
        machine.Plug(NvmlMachine.FirstAddress);

        machine.ReadSeconds(60);

        Assert.Equal(0, machine.Fake!.Calls("nvmlShutdown"));
    }

    [Theory]
    [InlineData("Auto", "Not supported", 1, false, "keeps it up anyway")]
    [InlineData("Auto", "Not supported", 0, false, "persistence mode is off, and else the driver would tear")]
    [InlineData("Auto", "Not supported", -1, false, "as it cannot sleep")]
    [InlineData("Auto", MaySleep, 0, false, "let go of after 10 s idle, so that it can fall asleep")]
    [InlineData("Always", MaySleep, 0, false, "never falls asleep")]
    [InlineData("Always", "Not supported", 0, false, "hold: always")]
    [InlineData("Never", MaySleep, 0, false, "hold: never")]
    [InlineData("Never", "Not supported", 1, false, "hold: never")]
    [InlineData("Never", "Not supported", 0, true, "1.5 s at full power (P0)")]
    public void A_check_says_whether_NVML_is_held_and_why(string hold, string sleep, int persistence, bool warns, string words)
    {
        using var machine = new NvmlMachine($"{Idle}\ngpu 0 persistence {persistence}", hold: Enum.Parse<NvmlHold>(hold));
        machine.Plug(NvmlMachine.FirstAddress, "active", sleep);

        var finding = Assert.Single(
            machine.Sensor.Check(), one => one.Text.Contains("NVML is", StringComparison.Ordinal));

        Assert.Equal(warns ? Verdict.Warning : Verdict.Good, finding.Verdict);
        Assert.Contains(words, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_that_could_sleep_is_held_for_another_that_cannot()
    {
        using var machine = new NvmlMachine(NvmlMachine.TwoGpus);
        machine.Plug(NvmlMachine.FirstAddress, "active", MaySleep);
        machine.Plug(NvmlMachine.SecondAddress);

        Assert.Single(machine.Sensor.Check(), one => one.Text.Contains("another GPU beside it cannot sleep", StringComparison.Ordinal));
    }

    private static string? Hold(NvmlMachine machine) =>
        Assert.Single(machine.ReadAfter(seconds: 1).OfType<LedgerEvent.GpuStateRead>()).State.Hold;
}
