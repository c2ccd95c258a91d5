namespace Agent.Tests.Sensors.PowerState;

public sealed class CpuFindingsTests
{
    [Fact]
    public void A_laptop_is_told_in_three_lines()
    {
        using var machine = CpuFixture.Laptop();
        machine.Proc("uptime", "100.00 320.00").Cpu("cpu0/cpufreq/scaling_governor", "performance");

        var findings = machine.Sensor.Check();

        Assert.Equal(
            [
                "Frequencies: driver intel_pstate, governor performance (1 processors), powersave (3 processors), "
                    + "energy performance preference balance_performance.",
                "Turbo is on, SMT is on.",
                "Idle states: C10 is the deepest in use; the processors were in it for 70 % of the time since boot.",
            ],
            findings.Select(finding => finding.Text));
        Assert.All(findings, finding => Assert.Equal((Verdict.Good, "cpu"), (finding.Verdict, finding.Subject)));
    }

    [Fact]
    public void A_virtual_machine_is_told_in_one()
    {
        using var machine = new CpuFixture();
        machine.Cpu("online", "0").Proc("cpuinfo", "processor\t: 0\nflags\t\t: fpu sse2 hypervisor lahf_lm");

        Assert.Equal(Verdict.Absent, Assert.Single(machine.Sensor.Check()).Verdict);
    }

    [Fact]
    public void Idle_states_that_are_all_switched_off_are_a_warning_with_the_command_that_switches_them_on()
    {
        using var machine = CpuFixture.Laptop();
        for (var cpu = 0; cpu < 4; cpu++)
        {
            machine.Cpu($"cpu{cpu}/cpuidle/state1/disable", "1").Cpu($"cpu{cpu}/cpuidle/state2/disable", "1");
        }

        Assert.Contains("echo 0 | sudo tee", Warning(machine).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deepest_state_that_is_switched_off_is_not_the_deepest_in_use()
    {
        using var machine = CpuFixture.Laptop();
        for (var cpu = 0; cpu < 4; cpu++)
        {
            machine.Cpu($"cpu{cpu}/cpuidle/state2/disable", "1");
        }

        var text = machine.Sensor.Check()[^1].Text;

        Assert.Contains("C1E is the deepest in use", text, StringComparison.Ordinal);
        Assert.Contains("Switched off: C10.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("idle=poll")]
    [InlineData("processor.max_cstate=1")]
    [InlineData("intel_idle.max_cstate=0")]
    public void A_kernel_started_without_idle_states_is_a_warning_that_names_the_parameter(string parameter)
    {
        using var machine = new CpuFixture();
        machine.Policy(0, "acpi-cpufreq", "performance", null, 2_000_000, 3_000_000);
        machine.State(0, 0, "POLL", 1_000, 10).Proc("cmdline", $"BOOT_IMAGE=/vmlinuz root=/dev/sda1 {parameter} quiet");

        Assert.Contains(parameter, Warning(machine).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Real_hardware_without_idle_states_is_a_warning()
    {
        using var machine = new CpuFixture();
        machine.Policy(0, "acpi-cpufreq", "performance", null, 2_000_000, 3_000_000);

        Assert.Contains("BIOS", Warning(machine).Fix, StringComparison.Ordinal);
    }

    private static Finding Warning(CpuFixture machine) =>
        Assert.Single(machine.Sensor.Check(), finding => finding.Verdict == Verdict.Warning);
}
