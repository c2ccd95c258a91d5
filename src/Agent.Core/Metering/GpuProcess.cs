namespace Agent.Core.Metering;

/// <summary>A process that holds memory on a GPU.</summary>
/// <param name="Pid">Its process id, as the driver knows it.</param>
/// <param name="MemoryBytes">How much it holds; null where the driver does not tell.</param>
public sealed record GpuProcess(int Pid, long? MemoryBytes);
