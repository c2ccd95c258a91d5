using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>Tokens of a model in an hour.</summary>
/// <param name="Tokens">All.</param>
/// <param name="Estimated">What of the generated ones was estimated.</param>
/// <param name="Loads">How often it was loaded.</param>
public readonly record struct HourTokens(TokenCounts Tokens, long Estimated, long Loads)
{
    public static HourTokens operator +(HourTokens one, HourTokens other) =>
        new(one.Tokens + other.Tokens, one.Estimated + other.Estimated, one.Loads + other.Loads);

    /// <summary>What is more here than there; nothing is less than zero.</summary>
    public HourTokens Beyond(HourTokens other) => new(
        Tokens.Max(other.Tokens) - other.Tokens, Math.Max(0, Estimated - other.Estimated), Math.Max(0, Loads - other.Loads));

    /// <summary>A part of it, 0 to 1, to the nearest token.</summary>
    public HourTokens Part(double share) => new(Tokens.Part(share), (long)Math.Round(Estimated * share), (long)Math.Round(Loads * share));
}
