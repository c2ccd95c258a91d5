namespace Agent.Simulation;

/// <summary>What a model costs while it is in one phase.</summary>
/// <param name="GpuWatts">Drawn by its GPU above idle and above what the resident model draws.</param>
/// <param name="Cores">Processor cores its runner keeps busy.</param>
/// <param name="Utilization">Share of the GPU's time its kernels run, 0 to 1: time, not watts.</param>
internal sealed record PhaseCost(double GpuWatts, double Cores, double Utilization);
