using System.Collections.Immutable;
using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>Downloads so far.</summary>
public sealed record SavedPulls(ImmutableDictionary<RequestOutcome, long> Counts, long Bytes, double Seconds);
