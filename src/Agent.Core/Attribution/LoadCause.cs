namespace Agent.Core.Attribution;

/// <summary>Why a model was loaded.</summary>
public enum LoadCause
{
    /// <summary>A request waited for it, and the agent had not seen it loaded before.</summary>
    FirstUse,

    /// <summary>A request waited for it, and it had been in memory before: unloaded for another, or because its time was over.</summary>
    AfterEviction,

    /// <summary>No request waited for it.</summary>
    Preload,

    /// <summary>Its runner ended before it served.</summary>
    Failed,
}
