namespace Agent.Commands;

/// <summary>The form of <c>joulet check --json</c>.</summary>
internal sealed record CheckJsonReport(
    string Version,
    int ExitCode,
    string Verdict,
    IReadOnlyList<CheckJsonReport.Found> Findings,
    double MeasuredSeconds,
    IReadOnlyList<CheckJsonReport.Drew> Devices,
    IReadOnlyDictionary<string, double> HostWatts,
    IReadOnlyList<CheckJsonReport.Advised> Advice)
{
    /// <summary>A finding.</summary>
    internal sealed record Found(string Verdict, string Subject, string Text, string? Fix);

    /// <summary>What a device drew.</summary>
    internal sealed record Drew(
        string Sensor, string Kind, string State, double? Watts, string Method, double? ReportedWatts, double? ApartRatio, string? Failure);

    /// <summary>What could be done better.</summary>
    internal sealed record Advised(string Rule, string Reason, string Fix);
}
