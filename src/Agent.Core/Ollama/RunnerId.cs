namespace Agent.Core.Ollama;

/// <summary>One runner process. Process ids are used again; with the start time they are not.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot (<c>/proc/PID/stat</c>, field 22).</param>
public readonly record struct RunnerId(int Pid, long StartTicks);
