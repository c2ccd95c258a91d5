namespace Agent.Config;

/// <summary>How long hours are kept for reports.</summary>
internal sealed class HistoryConfig
{
    /// <summary>Days.</summary>
    public int RetentionDays { get; set; } = 1096;
}
