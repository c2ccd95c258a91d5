namespace Agent.Core.Carbon;

/// <summary>Where a figure of the grid's carbon intensity comes from, the best first.</summary>
public enum IntensityTier
{
    /// <summary>A provider told it lately.</summary>
    Live,

    /// <summary>The last that a provider told, some hours ago: it does not answer now.</summary>
    Cached,

    /// <summary>What a provider foresaw for now, while it did answer.</summary>
    Forecast,

    /// <summary>The country's average of a year.</summary>
    Static,

    /// <summary>The operator's own.</summary>
    Fixed,
}
