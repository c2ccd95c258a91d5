using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>What a model did so far, and what is known of it. Its joules are in the devices' accounts.</summary>
public sealed record ModelTotals
{
    public static ModelTotals None { get; } = new();

    public TokenCounts Tokens { get; init; }

    public TokenSource Source { get; init; }

    /// <summary>What the proxy counted last are the pieces of an answer: it goes on, or was broken off.</summary>
    public bool Estimated { get; init; }

    /// <summary>Wall seconds.</summary>
    public PhaseSeconds Busy { get; init; }

    public PhaseSeconds Slots { get; init; }

    public long Loads { get; init; }

    public double LoadSeconds { get; init; }

    public ModelDetails? Details { get; init; }

    public static ModelTotals operator +(ModelTotals one, ModelTotals other) => one with
    {
        Tokens = one.Tokens + other.Tokens,
        Source = other.Source == TokenSource.None ? one.Source : other.Source,
        Estimated = other.Source == TokenSource.Proxy ? other.Estimated : one.Estimated,
        Busy = one.Busy + other.Busy,
        Slots = one.Slots + other.Slots,
        Loads = one.Loads + other.Loads,
        LoadSeconds = one.LoadSeconds + other.LoadSeconds,
        Details = other.Details ?? one.Details, // a name may be given to another model
    };
}
