namespace Agent.Core.Ollama;

/// <summary>What Ollama tells of a model; null is what it does not tell.</summary>
public sealed record ModelDetails(string? Family, string? ParameterSize, string? Quantization);
