using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>A model that lies in a device's memory.</summary>
/// <param name="Model">The model.</param>
/// <param name="Bytes">How much of that memory it takes; 0 where unknown.</param>
/// <param name="Share">For what share of the span it was there, 0 to 1.</param>
public readonly record struct Resident(ModelKey Model, double Bytes, double Share);
