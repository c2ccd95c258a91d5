using System.Runtime.InteropServices;

namespace Agent.Sensors.Nvml;

/// <summary>nvml.h's nvmlPciInfo_t, 68 bytes: of it only the bus id is read.</summary>
[StructLayout(LayoutKind.Explicit, Size = 68)]
internal unsafe struct NvmlPciInfo
{
    public const int BusIdLength = 32;

    /// <summary>Text ended by zero.</summary>
    [FieldOffset(36)]
    public fixed byte BusId[BusIdLength];
}
