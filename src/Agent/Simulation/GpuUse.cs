namespace Agent.Simulation;

/// <summary>What one process did on a GPU in one step.</summary>
/// <param name="Pid">The process.</param>
/// <param name="KernelSeconds">Time its kernels ran.</param>
/// <param name="MemoryBytes">What it holds.</param>
/// <param name="Computes">It has a compute context; a game has none.</param>
internal readonly record struct GpuUse(int Pid, double KernelSeconds, ulong MemoryBytes, bool Computes);
