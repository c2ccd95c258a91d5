using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>An account with a value: joules, or watts.</summary>
public sealed record SavedAccount(Category Category, ModelKey? Model, double Value);
