namespace Agent.Core.Ollama;

/// <summary>A runner's own counters, from its <c>/metrics</c>; they start at zero with the process.</summary>
/// <remarks>llama-server prints six significant digits: past a million a counter moves in steps of ten, and so on. The error stays
/// within a step and does not add up.</remarks>
/// <param name="PromptTokens">Prompt tokens evaluated, cached ones not among them.</param>
/// <param name="CachedTokens">Prompt tokens taken from the cache; null where this build does not count them.</param>
/// <param name="PromptSeconds">Time spent evaluating prompts, summed over slots; grows when a prompt is done.</param>
/// <param name="GeneratedTokens">Tokens generated; grows when a task ends, not before.</param>
/// <param name="GenerationSeconds">Time spent generating, summed over slots; grows when a task ends.</param>
public sealed record RunnerCounters(
    long PromptTokens,
    long? CachedTokens,
    double PromptSeconds,
    long GeneratedTokens,
    double GenerationSeconds);
