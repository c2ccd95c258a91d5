namespace Agent.Simulation;

/// <summary>What a client asks of a model.</summary>
/// <param name="Evaluated">Prompt tokens that are evaluated.</param>
/// <param name="Cached">Prompt tokens found in the runner's cache.</param>
/// <param name="Tokens">Tokens it generates if nobody cancels; 1 or more.</param>
/// <param name="Rate">Decoding speed, in tokens per second.</param>
/// <param name="CancelAfter">Seconds after its first token at which the client leaves; null where it stays.</param>
internal sealed record Prompt(long Evaluated, long Cached, long Tokens, double Rate, double? CancelAfter = null);
