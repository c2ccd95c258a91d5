using System.Runtime.InteropServices;

namespace Agent.Sensors.Nvml;

/// <summary>nvml.h's nvmlFieldValue_t, 40 bytes: a field asked for, and its value with its own return code.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct NvmlFieldValue
{
    [FieldOffset(0)]
    public uint FieldId;

    /// <summary>0 is the GPU.</summary>
    [FieldOffset(4)]
    public uint ScopeId;

    [FieldOffset(24)]
    public uint ValueType;

    [FieldOffset(28)]
    public NvmlReturn Return;

    [FieldOffset(32)]
    public ulong Value;

    /// <summary>What the driver answered. A 32-bit number leaves the upper half of the union as it was.</summary>
    public readonly NvmlValue Told => (Return, ValueType) switch
    {
        (NvmlReturn.Success, 1) when (uint)Value != uint.MaxValue => new(Return, (uint)Value), // UNSIGNED_INT
        (NvmlReturn.Success, 2 or 3) when Value != ulong.MaxValue => new(Return, Value), // UNSIGNED_LONG, _LONG_LONG
        (NvmlReturn.Success, _) => new(NvmlReturn.NoData, 0),
        _ => new(Return, 0),
    };
}
