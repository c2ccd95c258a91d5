namespace Agent.Simulation;

/// <summary>What a model truly did since the world began, all its runners together.</summary>
/// <param name="Name">Ollama's full name.</param>
/// <param name="Generated">Tokens generated so far, those of cancelled and running requests among them.</param>
/// <param name="PromptEvaluated">Prompt tokens evaluated; a prompt counts when it is done.</param>
/// <param name="PromptCached">Prompt tokens found in the cache.</param>
/// <param name="Loads">How often it was loaded.</param>
internal sealed record ModelTruth(string Name, long Generated, long PromptEvaluated, long PromptCached, int Loads);
