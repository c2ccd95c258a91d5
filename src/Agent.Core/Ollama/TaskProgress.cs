namespace Agent.Core.Ollama;

/// <summary>What was counted of one task.</summary>
/// <param name="Tokens">Its tokens so far.</param>
/// <param name="Open">It ran when last seen.</param>
/// <param name="Logged">The log told of its end: nothing is to come any more.</param>
public readonly record struct TaskProgress(TokenCounts Tokens, bool Open, bool Logged);
