using System.Collections.Immutable;

namespace Agent.Core.Ollama;

/// <summary>What of a runner's tasks outlives the agent.</summary>
/// <param name="CountFirst">What its tasks did before they were seen counts.</param>
/// <param name="Seen">Its slots were seen.</param>
/// <param name="Carried">The part of an estimated token that is not counted yet.</param>
public sealed record SavedTasks(bool CountFirst, bool Seen, double Carried, ImmutableArray<SavedTask> Tasks);
