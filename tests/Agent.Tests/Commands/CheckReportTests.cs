using Agent.Commands;

namespace Agent.Tests.Commands;

public sealed class CheckReportTests
{
    [Fact]
    public void A_report_names_what_was_found_what_to_do_and_the_verdict()
    {
        var text = CheckReport.Render(
            [
                new Finding(Verdict.Good, "nvml", "GPU 0 is read."),
                new Finding(Verdict.Bad, "rapl", "package-0 is readable by root only.", "Write this:\nline two"),
                new Finding(Verdict.Absent, "ollama", "No Ollama answers."),
            ],
            energy: true);

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
        Assert.EndsWith("joulet would see no energy source on this machine.\n", CheckReport.Render([], energy: false), StringComparison.Ordinal);

    [Fact]
    public void A_sensor_that_must_be_there_and_is_not_is_the_verdict() => Assert.EndsWith(
        "joulet would not start: sensors.rapl.enabled is true, and it cannot be used.\n",
        CheckReport.Render([], energy: true, missing: "sensors.rapl.enabled"),
        StringComparison.Ordinal);
}
