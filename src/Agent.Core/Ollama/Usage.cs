namespace Agent.Core.Ollama;

/// <summary>Tokens and durations of one request, whichever API told them. Null is what was not told.</summary>
public sealed record Usage
{
    /// <summary>Nothing is known.</summary>
    public static Usage Missing { get; } = new();

    public UsageQuality Quality { get; init; }

    /// <summary>Prompt tokens, cached ones among them.</summary>
    public long? Prompt { get; init; }

    /// <summary>Of those, taken from the cache.</summary>
    public long? Cached { get; init; }

    public long? Generated { get; init; }

    /// <summary>From the handler's start until a runner was there: queueing and eviction of other models, too.</summary>
    public TimeSpan? Load { get; init; }

    /// <summary>Evaluation of the prompt tokens that were not cached.</summary>
    public TimeSpan? PromptEvaluation { get; init; }

    public TimeSpan? Generation { get; init; }
}
