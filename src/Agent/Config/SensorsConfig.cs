namespace Agent.Config;

/// <summary>Which sensors are read.</summary>
internal sealed class SensorsConfig
{
    public NvmlConfig Nvml { get; set; } = new();

    public RaplConfig Rapl { get; set; } = new();

    public HwmonConfig Hwmon { get; set; } = new();

    public BatteryConfig Battery { get; set; } = new();

    public WallConfig Wall { get; set; } = new();
}
