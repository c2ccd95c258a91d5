using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>A runner, as the last look found it.</summary>
/// <param name="Endpoint">Where to ask it; null where it cannot be asked, or not yet.</param>
/// <param name="CpuSeconds">Processor time it used so far.</param>
internal sealed record FoundRunner(Runner Runner, Uri? Endpoint, double CpuSeconds);
