namespace Agent.Sensors.Nvml;

/// <summary>What a GPU's joules are told by. The two ways disagree, so once decided it stays.</summary>
internal enum NvmlSeries
{
    /// <summary>It has told neither yet.</summary>
    Undecided,

    /// <summary>Its energy counter.</summary>
    Counter,

    /// <summary>Its power, integrated.</summary>
    Power,

    /// <summary>It has neither: not asked again until NVML starts anew.</summary>
    None,
}
