using System.Collections.Immutable;
using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>What of a runner's phases outlives the agent.</summary>
/// <param name="PromptAhead">Seconds counted ahead of its clock of prompt seconds.</param>
/// <param name="GenerationAhead">The same of its clock of generation seconds.</param>
/// <param name="SecondsPerToken">Its pace; null where it is not known.</param>
/// <param name="Slots">Its slots when they were seen last.</param>
public sealed record SavedPhases(double PromptAhead, double GenerationAhead, double? SecondsPerToken, ImmutableArray<RunnerSlot> Slots);
