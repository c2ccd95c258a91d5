using System.Runtime.InteropServices;

namespace Agent.Sensors.Nvml;

/// <summary>nvml.h's nvmlMemory_v2_t, 40 bytes, in bytes of memory.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct NvmlMemory
{
    /// <summary>The size of this struct and its version, 2: set before the call.</summary>
    public const uint SizeAndVersion = 40 | (2 << 24);

    [FieldOffset(0)]
    public uint Version;

    [FieldOffset(8)]
    public ulong Total;

    /// <summary>Without what the driver reserves.</summary>
    [FieldOffset(32)]
    public ulong Used;
}
