namespace Agent.Core.Ollama;

/// <summary>Tokens of a model, or of a stretch of time.</summary>
/// <param name="Prompt">Prompt tokens evaluated.</param>
/// <param name="Cached">Prompt tokens taken from the cache.</param>
/// <param name="Generated">Tokens generated.</param>
public readonly record struct TokenCounts(long Prompt, long Cached, long Generated)
{
    public static TokenCounts operator +(TokenCounts one, TokenCounts other) =>
        new(one.Prompt + other.Prompt, one.Cached + other.Cached, one.Generated + other.Generated);

    public static TokenCounts operator -(TokenCounts one, TokenCounts other) =>
        new(one.Prompt - other.Prompt, one.Cached - other.Cached, one.Generated - other.Generated);

    /// <summary>This share of each count, 0 to 1, to the nearest token.</summary>
    public TokenCounts Part(double share) =>
        new((long)Math.Round(Prompt * share), (long)Math.Round(Cached * share), (long)Math.Round(Generated * share));

    /// <summary>The larger of each count.</summary>
    public TokenCounts Max(TokenCounts other) =>
        new(Math.Max(Prompt, other.Prompt), Math.Max(Cached, other.Cached), Math.Max(Generated, other.Generated));
}
