using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>A model and what it did so far.</summary>
public sealed record SavedModel(ModelKey Model, ModelTotals Totals);
