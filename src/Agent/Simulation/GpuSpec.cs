namespace Agent.Simulation;

/// <summary>A GPU of the simulated machine.</summary>
internal sealed record GpuSpec
{
    public required string Uuid { get; init; }

    public required string Name { get; init; }

    /// <summary>As NVML tells it.</summary>
    public required string PciBusId { get; init; }

    /// <summary>As nvml.h numbers them: 7 Ampere, 8 Ada.</summary>
    public required uint Architecture { get; init; }

    public required ulong MemoryBytes { get; init; }

    public required double IdleWatts { get; init; }

    public required double LimitWatts { get; init; }

    /// <summary>Its driver counts its energy; else it tells its power only.</summary>
    public bool CountsEnergy { get; init; } = true;

    /// <summary>In megahertz, under load.</summary>
    public required uint SmClock { get; init; }

    /// <summary>In megahertz, under load.</summary>
    public required uint MemoryClock { get; init; }
}
