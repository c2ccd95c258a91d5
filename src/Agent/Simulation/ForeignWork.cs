namespace Agent.Simulation;

/// <summary>Work that is not Ollama's: processes that end together.</summary>
/// <param name="Processes">They share the cores.</param>
/// <param name="Ends">Since the world began.</param>
/// <param name="Cores">Processor cores kept busy, all processes together.</param>
/// <param name="Gpu">The GPU they draw on; null for none.</param>
/// <param name="Utilization">Share of that GPU's time their kernels run when they are alone on it, 0 to 1.</param>
internal sealed record ForeignWork(
    IReadOnlyList<SimulatedProcess> Processes, TimeSpan Ends, double Cores, int? Gpu = null, double Utilization = 0);
