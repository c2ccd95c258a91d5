namespace Agent.Ollama;

/// <summary>A process that may be Ollama's, as it was at the last look.</summary>
/// <param name="User">The user it acts as; null where that could not be read.</param>
internal sealed record TrackedProcess(int Pid, int? User, OllamaProcess Kind, ProcessStat Stat);
