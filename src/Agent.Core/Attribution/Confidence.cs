namespace Agent.Core.Attribution;

/// <summary>How sure a baseline is.</summary>
public enum Confidence
{
    /// <summary>Nothing was seen yet, or too little.</summary>
    Unsure,

    /// <summary>The median of enough quiet spans.</summary>
    Learned,

    /// <summary>The operator said it.</summary>
    Override,
}
