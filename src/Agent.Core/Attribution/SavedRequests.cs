using System.Collections.Immutable;
using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>What became of a model's requests.</summary>
public sealed record SavedRequests(
    ModelKey Model, ImmutableArray<SavedRequests.Kind> Kinds, SavedHistogram Duration, SavedHistogram FirstToken, SavedHistogram Energy)
{
    /// <summary>How many there were of one kind.</summary>
    public sealed record Kind(InferenceApi Api, RequestOutcome Outcome, UsageQuality Usage, long Count);
}
