namespace Agent.Sensors.Nvml;

/// <summary>A value of the driver's with its own return code.</summary>
internal readonly record struct NvmlValue(NvmlReturn Return, ulong Value);
