using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>What joules of a device were spent on; no model where the category has none.</summary>
public readonly record struct Account(Category Category, ModelKey? Model = null);
