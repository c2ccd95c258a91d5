namespace Agent.Core.Ollama;

/// <summary>One of a runner's slots, as <c>/slots</c> shows it. Only a busy slot's numbers mean anything.</summary>
/// <param name="Busy">A task runs in it.</param>
/// <param name="Task">The task's number, where there is or was one.</param>
/// <param name="Decoded">Tokens generated so far for this task; 0 while the prompt is evaluated.</param>
/// <param name="Prompt">Prompt tokens evaluated so far for this task.</param>
/// <param name="Cached">Prompt tokens taken from the cache for this task.</param>
public readonly record struct RunnerSlot(bool Busy, long? Task, long Decoded, long Prompt = 0, long Cached = 0);
