using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What a model cost and did under one power profile.</summary>
/// <param name="Energy">By what it was spent on.</param>
/// <param name="Tokens">What it processed.</param>
public sealed record ProfileTotals(ImmutableDictionary<Category, Joules> Energy, TokenCounts Tokens)
{
    public static ProfileTotals None { get; } = new(ImmutableDictionary<Category, Joules>.Empty, default);

    public static ProfileTotals operator +(ProfileTotals one, ProfileTotals other) => new(
        other.Energy.Aggregate(one.Energy, (sum, part) => sum.SetItem(part.Key, sum.GetValueOrDefault(part.Key) + part.Value)),
        one.Tokens + other.Tokens);
}
