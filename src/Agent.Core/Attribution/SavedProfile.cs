using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>A model's totals under one power profile.</summary>
public sealed record SavedProfile(ModelKey Model, string Profile, ImmutableArray<SavedProfile.Part> Energy, TokenCounts Tokens)
{
    /// <summary>What was spent on one category.</summary>
    public sealed record Part(Category Category, Joules Energy);
}
