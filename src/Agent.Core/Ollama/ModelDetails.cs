namespace Agent.Core.Ollama;

/// <summary>What Ollama tells of a model; null is what it does not tell.</summary>
/// <param name="Embedding">It embeds, and cannot generate: so is what its runners do, however they were started.</param>
public sealed record ModelDetails(string? Family, string? ParameterSize, string? Quantization, bool Embedding = false);
