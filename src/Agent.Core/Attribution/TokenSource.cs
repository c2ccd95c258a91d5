namespace Agent.Core.Attribution;

/// <summary>Where a model's token counts come from.</summary>
public enum TokenSource
{
    /// <summary>Nothing counts them.</summary>
    None,

    /// <summary>The runner's own counters: exact.</summary>
    Runner,
}
