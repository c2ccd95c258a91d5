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
}
