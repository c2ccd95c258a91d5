namespace Agent.Sensors.Nvml;

/// <summary>A process's use of a GPU in one sample window of the driver's.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Timestamp">The driver's time stamp, in microseconds.</param>
/// <param name="SmPercent">Percent of the window in which its kernels ran.</param>
internal readonly record struct NvmlProcessSample(uint Pid, ulong Timestamp, uint SmPercent);
