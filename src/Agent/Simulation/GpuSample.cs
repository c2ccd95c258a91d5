namespace Agent.Simulation;

/// <summary>A process's share of one sample window.</summary>
/// <param name="Step">The world's step that ended the window.</param>
/// <param name="Pid">The process.</param>
/// <param name="SmPercent">Whole percent of the window in which its kernels ran.</param>
internal readonly record struct GpuSample(long Step, int Pid, uint SmPercent);
