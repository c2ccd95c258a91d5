namespace Agent.Sensors.Nvml;

/// <summary>A process on a GPU; memory in bytes, null where the driver does not tell.</summary>
internal readonly record struct NvmlProcess(uint Pid, ulong? UsedMemory);
