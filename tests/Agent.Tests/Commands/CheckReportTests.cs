using Agent.Commands;
using Agent.Core.Metering;
using Agent.Core.Reports;
using Agent.Core.Units;

namespace Agent.Tests.Commands;

public sealed class CheckReportTests
{
    [Fact]
    public void A_report_names_what_was_found_what_to_do_and_the_verdict()
    {
        var text = CheckReport.Render(Result(energy: true,
            [
                new Finding(Verdict.Good, "nvml", "GPU 0 is read."),
                new Finding(Verdict.Bad, "rapl", "package-0 is readable by root only.", "Write this:\nline two"),
                new Finding(Verdict.Absent, "ollama", "No Ollama answers."),
            ]));

        Assert.Equal(
            """
            ok   nvml    GPU 0 is read.
            FAIL rapl    package-0 is readable by root only.
                         Write this:
                         line two
            --   ollama  No Ollama answers.

            joulet can measure this machine; one thing above is worth mending.

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void Without_an_energy_source_that_is_the_verdict() =>
        Assert.EndsWith("joulet would see no energy source on this machine.\n", CheckReport.Render(Result(energy: false, [])), StringComparison.Ordinal);

    [Fact]
    public void A_sensor_that_must_be_there_and_is_not_is_the_verdict() => Assert.EndsWith(
        "joulet would not start: sensors.rapl.enabled is true, and it cannot be used.\n",
        CheckReport.Render(Result(energy: true, []) with { Missing = "sensors.rapl.enabled" }),
        StringComparison.Ordinal);

    [Fact]
    public void What_was_measured_stands_below_with_how_it_is_known_and_what_it_comes_to()
    {
        var gpu = new Measured(new Device(DeviceKind.Gpu, "GPU-1", "nvml:GPU-1"), 50, MeterMethod.Counter, 51, MeasuredState.Read, null);
        var wall = new Measured(new Device(DeviceKind.Wall, "wall", "wall"), null, MeterMethod.Counter, null, MeasuredState.Missing, "The plug does not answer.\nmore");
        var text = CheckReport.Render(Result(energy: true, []) with
        {
            Devices = [gpu, wall],
            Host = [new HostPower(Component.Gpu, new Watts(50))],
            Advice = [new Advice("model_idle", "llama3 idles.", "Unload it.")],
        });

        Assert.Equal(
            """

            Measured for 10 s
                 nvml:GPU-1      50.0 W  by its counter; the power it reports is 51.0 W, 2 % apart
                 wall                 -  The plug does not answer.
                 The host: 50.0 W (gpu 50.0)

            Advice
                 model_idle  llama3 idles.
                             Unload it.

            All is well: joulet can measure this machine.

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Theory]
    [InlineData(50, 62, true)]
    [InlineData(50, 52, false)]
    [InlineData(4, 5.5, false)]
    public void A_counter_and_a_power_that_disagree_are_told(double counter, double power, bool told)
    {
        var gpu = new Measured(new Device(DeviceKind.Gpu, "GPU-1", "nvml:GPU-1"), counter, MeterMethod.Counter, power, MeasuredState.Read, null);

        Assert.Equal(told ? [Verdict.Warning] : [], CheckResult.Compare([gpu]).Select(finding => finding.Verdict));
    }

    [Fact]
    public void A_plug_that_shows_less_than_the_machines_parts_is_not_this_machines()
    {
        var package = new Measured(new Device(DeviceKind.Package, "package-0", "rapl:package-0"), 40, MeterMethod.Counter, null, MeasuredState.Read, null);
        var wall = new Measured(new Device(DeviceKind.Wall, "wall", "wall"), 30, MeterMethod.Integrated, null, MeasuredState.Read, null);

        Assert.Contains("does not see the whole machine", Assert.Single(CheckResult.Compare([package, wall])).Text, StringComparison.Ordinal);
        Assert.Empty(CheckResult.Compare([package, wall with { Watts = 70 }]));
    }

    private static CheckResult Result(bool energy, IReadOnlyList<Finding> findings) => new(findings, 10, [], [], [], energy, Missing: null);
}
