namespace Agent.Config;

/// <summary>Processor and memory energy by RAPL.</summary>
internal sealed class RaplConfig
{
    /// <summary>Default auto.</summary>
    public Enabled Enabled { get; set; } = Enabled.Auto;
}
