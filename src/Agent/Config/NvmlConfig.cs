namespace Agent.Config;

/// <summary>NVIDIA GPUs.</summary>
internal sealed class NvmlConfig
{
    /// <summary>Default auto.</summary>
    public Enabled Enabled { get; set; } = Enabled.Auto;

    /// <summary>The driver's library: a name the loader finds, or a path. Default libnvidia-ml.so.1.</summary>
    public string Library { get; set; } = "libnvidia-ml.so.1";

    /// <summary>Default auto.</summary>
    public NvmlHold Hold { get; set; }
}
