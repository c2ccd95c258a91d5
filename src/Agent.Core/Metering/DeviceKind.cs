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

    /// <summary>A meter of the whole machine on its board (ACPI power meter, a module's input): contains the others.</summary>
    Board,

    /// <summary>The battery while it is discharged: contains the others.</summary>
    Battery,

    /// <summary>A plug at the wall: contains all, what the power supply loses too.</summary>
    Wall,

    /// <summary>A GPU that lies in the processor's package: contained in it, shown but never booked.</summary>
    IntegratedGpu,

    /// <summary>Something that a chip on the board measures, and nothing tells what it feeds: shown but never booked.</summary>
    Rail,

    /// <summary>Processors without a meter: estimated from processor time, because the operator asked for it.</summary>
    EstimatedCpu,

    /// <summary>The rest of a machine without a meter: a fixed power that the operator gave.</summary>
    EstimatedRest,
}
