using System.Text;

namespace Agent.Commands;

/// <summary>What <c>joulet check</c> prints.</summary>
internal static class CheckReport
{
    /// <summary>One line a finding, what to do about it below, and the verdict at the end.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="energy">The agent would see an energy source.</param>
    /// <param name="missing">The setting that asks for a sensor that cannot be used: the agent would not start.</param>
    public static string Render(IReadOnlyList<Finding> findings, bool energy, string? missing = null)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            text.Append($"{Mark(finding.Verdict),-5}{finding.Subject,-8}{finding.Text}").Append('\n');
            foreach (var line in finding.Fix?.Split('\n') ?? [])
            {
                text.Append($"{"",-13}{line}".TrimEnd()).Append('\n');
            }
        }

        var faults = findings.Count(finding => finding.Verdict is Verdict.Bad or Verdict.Warning);
        text.Append('\n').Append((energy, faults) switch
        {
            _ when missing is not null => $"joulet would not start: {missing} is true, and it cannot be used.",
            (false, _) => "joulet would see no energy source on this machine.",
            (true, 0) => "All is well: joulet can measure this machine.",
            (true, 1) => "joulet can measure this machine; one thing above is worth mending.",
            _ => $"joulet can measure this machine; {faults} things above are worth mending.",
        }).Append('\n');
        return text.ToString();
    }

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Good => "ok",
        Verdict.Absent => "--",
        Verdict.Warning => "warn",
        _ => "FAIL",
    };
}
