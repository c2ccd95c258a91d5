namespace Agent.Core.Machine;

/// <summary>One idle state, all processors together, since boot.</summary>
/// <param name="Seconds">Time spent in it, in processor seconds.</param>
/// <param name="Entries">How often it was entered: each is a wake-up at its end.</param>
/// <param name="Disabled">It is switched off on this many processors.</param>
public sealed record CpuIdle(double Seconds, double Entries, int Disabled);
