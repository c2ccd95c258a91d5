namespace Agent.Core.Ollama;

/// <summary>How sure a request's token counts are.</summary>
public enum UsageQuality
{
    /// <summary>Nothing told them and nothing could be counted.</summary>
    Missing,

    /// <summary>Counted by the pieces of the answer that went past: about one token each.</summary>
    Estimated,

    /// <summary>Told by Ollama.</summary>
    Exact,
}
