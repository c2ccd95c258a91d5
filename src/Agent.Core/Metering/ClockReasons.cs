namespace Agent.Core.Metering;

/// <summary>Why a GPU's clocks are below their highest. The values are NVML's (nvmlClocksEventReason*).</summary>
[Flags]
public enum ClockReasons
{
    None = 0,

    /// <summary>Nothing runs.</summary>
    Idle = 0x1,

    /// <summary>The operator set them lower.</summary>
    ApplicationClocks = 0x2,

    /// <summary>The power limit is reached.</summary>
    PowerCap = 0x4,

    /// <summary>The hardware slows itself to half or less: heat, power, or an outside signal.</summary>
    HardwareSlowdown = 0x8,

    /// <summary>It is held at the pace of the others in its group.</summary>
    SyncBoost = 0x10,

    /// <summary>Too hot, by the driver.</summary>
    ThermalSoftware = 0x20,

    /// <summary>Too hot, by the hardware.</summary>
    ThermalHardware = 0x40,

    /// <summary>The power supply asks for less.</summary>
    PowerBrake = 0x80,

    /// <summary>The display sets them.</summary>
    Display = 0x100,
}
