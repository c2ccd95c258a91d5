namespace Agent.Core.Metering;

/// <summary>How much of a GPU's time a process used lately: time, not watts.</summary>
/// <param name="Pid">The process.</param>
/// <param name="SmRatio">Share of the sample window in which its kernels ran, 0 to 1.</param>
public sealed record ProcessUtilization(int Pid, double SmRatio);
