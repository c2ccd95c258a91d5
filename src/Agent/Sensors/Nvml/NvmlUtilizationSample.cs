using System.Runtime.InteropServices;

namespace Agent.Sensors.Nvml;

/// <summary>nvml.h's nvmlProcessUtilizationSample_t, 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct NvmlUtilizationSample
{
    [FieldOffset(0)]
    public uint Pid;

    /// <summary>Microseconds.</summary>
    [FieldOffset(8)]
    public ulong Timestamp;

    /// <summary>Percent.</summary>
    [FieldOffset(16)]
    public uint SmUtilization;
}
