namespace Agent.Core.Metering;

/// <summary>What joules are counted for.</summary>
public enum DeviceKind
{
    Gpu,

    /// <summary>A processor package, or one die of it.</summary>
    Package,

    /// <summary>The cores of a package: contained in it, shown but never booked.</summary>
    Core,

    /// <summary>Graphics and fabric of a package: contained in it, shown but never booked.</summary>
    Uncore,

    Dram,

    /// <summary>A meter of the whole machine (psys, a wall plug): contains the others, and more.</summary>
    Platform,

    /// <summary>What the meter of the whole machine sees beyond the other devices: derived, not read.</summary>
    Rest,
}
