namespace Agent.Commands;

/// <summary>How a report is written.</summary>
internal enum ReportForm
{
    Text,
    Json,
    Csv,
    Html,
}
