using Agent.Config;

namespace Agent.Tests.Sensors.Nvml;

public sealed class NvmlCheckTests
{
    [Fact]
    public void A_GPU_that_works_is_named_with_what_it_is_read_by()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);

        Assert.Equal(
            [
                new(
                    Verdict.Good,
                    "nvml",
                    $"NVIDIA GeForce RTX 4090 ({NvmlMachine.First}, 0000:01:00.0, driver 550.163.01): energy counter, 61.5 W now."),
                new(
                    Verdict.Good,
                    "nvml",
                    "NVIDIA GeForce RTX 4090 (0000:01:00.0): NVML is held open: it cannot sleep, and its persistence mode keeps it up anyway."),
            ],
            machine.Sensor.Check());
    }

    [Fact]
    public void What_a_check_has_read_is_not_lost()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.Sensor.Check();

        Assert.Contains(machine.ReadAfter(seconds: 1), told => told is Core.Attribution.LedgerEvent.GpuFound);
    }

    [Theory]
    [InlineData("gpu 0 energy -1", false, "integrated")]
    [InlineData("gpu 0 process 4242 700", false, "pid namespace")]
    [InlineData("gpu 0 error nvmlDeviceGetFieldValues 4", true, "/dev/nvidia")]
    [InlineData("gpu 0 error nvmlDeviceGetHandleByIndex_v2 4", true, "/dev/nvidia")]
    [InlineData("init 18", true, "Reboot")]
    [InlineData("init 9", true, "/dev/nvidiactl")]
    [InlineData("init 999", true, "restart")]
    [InlineData("gpu 0 lost 15", true, "Reboot")]
    public void What_is_wrong_is_said_and_what_to_do(string state, bool bad, string words)
    {
        using var machine = new NvmlMachine($"{NvmlMachine.OneGpu}\n{state}");

        var finding = Assert.Single(machine.Sensor.Check(), one => one.Verdict != Verdict.Good);

        Assert.Equal(bad ? Verdict.Bad : Verdict.Warning, finding.Verdict);
        Assert.Contains(words, $"{finding.Text} {finding.Fix}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_driver_is_no_fault_unless_there_must_be_one(bool must)
    {
        using var machine = new NvmlMachine(
            NvmlMachine.OneGpu, enabled: must ? Enabled.True : Enabled.Auto, driver: false);

        Assert.Equal(must ? Verdict.Bad : Verdict.Absent, Assert.Single(machine.Sensor.Check()).Verdict);
        Assert.Equal(0, machine.Fake!.Calls());
    }

    [Fact]
    public void A_GPU_without_its_driver_is_pointed_at()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu, driver: false);
        machine.Plug(NvmlMachine.FirstAddress);

        var finding = Assert.Single(machine.Sensor.Check());

        Assert.Equal(Verdict.Warning, finding.Verdict);
        Assert.Contains(NvmlMachine.FirstAddress, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_without_its_library_is_bad()
    {
        using var machine = new NvmlMachine(state: null);

        var finding = Assert.Single(machine.Sensor.Check());

        Assert.Equal(Verdict.Bad, finding.Verdict);
        Assert.Contains("NVIDIA_DRIVER_CAPABILITIES=utility", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sleeping_GPU_is_not_woken_to_be_checked()
    {
        using var machine = new NvmlMachine(NvmlMachine.OneGpu);
        machine.Plug(NvmlMachine.FirstAddress, "suspended", "Enabled (fine-grained)");

        var finding = Assert.Single(machine.Sensor.Check());

        Assert.Equal(Verdict.Good, finding.Verdict);
        Assert.Contains(NvmlMachine.FirstAddress, finding.Text, StringComparison.Ordinal);
        Assert.Equal(0, machine.Fake!.Calls());
    }
}
