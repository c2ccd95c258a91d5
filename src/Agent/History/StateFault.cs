namespace Agent.History;

/// <summary>Why the state cannot be kept, and what to do about it.</summary>
internal sealed record StateFault(StateReason Reason, string Text, string Fix);
