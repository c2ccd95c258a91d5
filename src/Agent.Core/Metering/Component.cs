namespace Agent.Core.Metering;

/// <summary>The disjoint parts of a host: their joules may be summed.</summary>
public enum Component
{
    Gpu,
    Cpu,
    Dram,

    /// <summary>What a meter of the whole machine sees beyond the other parts.</summary>
    Other,

    /// <summary>Processors without a meter, by their time and a power that the operator gave.</summary>
    CpuEstimated,

    /// <summary>The rest of a machine without a meter: a power that the operator gave.</summary>
    OtherEstimated,
}
