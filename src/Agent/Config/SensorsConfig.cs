namespace Agent.Config;

/// <summary>Which sensors are read.</summary>
internal sealed class SensorsConfig
{
    public NvmlConfig Nvml { get; set; } = new();

    public RaplConfig Rapl { get; set; } = new();
}
