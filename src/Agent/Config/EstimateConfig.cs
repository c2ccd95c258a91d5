namespace Agent.Config;

/// <summary>What is estimated where nothing measures it; null, the default: nothing is.</summary>
internal sealed class EstimateConfig
{
    /// <summary>What the processors draw with every one of them busy, in watts: their TDP, all packages together.</summary>
    public double? CpuTdpWatts { get; set; }

    /// <summary>What they draw at rest, in watts. Goes with the TDP.</summary>
    public double? CpuIdleWatts { get; set; }

    /// <summary>What the rest of the machine draws all the time, in watts: board, memory, disks, fans, the supply's loss.</summary>
    public double? RestWatts { get; set; }
}
