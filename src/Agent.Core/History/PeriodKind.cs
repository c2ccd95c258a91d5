namespace Agent.Core.History;

/// <summary>What a report is of.</summary>
public enum PeriodKind
{
    Day,
    Month,
    Year,

    /// <summary>Days from one to another.</summary>
    Range,
}
