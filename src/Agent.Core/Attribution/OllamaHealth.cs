namespace Agent.Core.Attribution;

/// <summary>Whether Ollama's API answered when last asked; null: never asked.</summary>
public sealed record OllamaHealth(bool? Up, string? Version);
