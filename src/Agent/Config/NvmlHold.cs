namespace Agent.Config;

/// <summary>Whether NVML stays open while no GPU works.</summary>
internal enum NvmlHold
{
    /// <summary>Unless all GPUs may sleep by themselves.</summary>
    Auto,

    /// <summary>Always: no GPU falls asleep.</summary>
    Always,

    /// <summary>Never: without persistence mode the driver tears down a GPU's state when it is idle.</summary>
    Never,
}
