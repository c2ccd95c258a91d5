namespace Agent.Commands;

/// <summary>Says at start what was found on this machine, and what is missing.</summary>
internal static partial class FindingLog
{
    public static void Tell(this ILogger log, Finding finding)
    {
        var text = finding.Fix is null ? finding.Text : $"{finding.Text} {OneLine(finding.Fix)}";
        if (finding.Verdict is Verdict.Good or Verdict.Absent)
        {
            log.Fine(finding.Subject, text);
        }
        else
        {
            log.Trouble(finding.Subject, text);
        }
    }

    private static string OneLine(string text) =>
        string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Subject}: {Text}")]
    private static partial void Fine(this ILogger log, string subject, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Subject}: {Text}")]
    private static partial void Trouble(this ILogger log, string subject, string text);
}
