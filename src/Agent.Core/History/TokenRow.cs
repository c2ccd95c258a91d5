using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Core.History;

/// <summary>What history has of a model's tokens in an hour.</summary>
/// <param name="Start">When the hour began, in seconds since 1970 UTC.</param>
public sealed record TokenRow(long Start, ModelKey Model, HourTokens Counts);
