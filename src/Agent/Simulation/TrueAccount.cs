namespace Agent.Simulation;

/// <summary>What joules were truly spent on, and for which model; null for none.</summary>
internal readonly record struct TrueAccount(TrueCategory Category, string? Model = null);
