using Agent.Core.Units;

namespace Agent.Core.Ollama;

/// <summary>What of a task outlives the agent: its number, and what was counted of it.</summary>
public sealed record SavedTask(
    long Number, TokenCounts Tokens, Moment FirstAt, long FirstGenerated, Moment Seen, Moment? Over, bool Settled);
