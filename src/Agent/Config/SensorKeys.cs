using static Agent.Config.ConfigValue;
using ConfigKey = Agent.Config.ConfigKey<Agent.Config.AgentConfig>;

namespace Agent.Config;

/// <summary>The keys of what is measured: sensors, estimates, the machine's power state.</summary>
internal static class SensorKeys
{
    private const double MostWatts = 100_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        ConfigKey.Of("sensors.nvml.enabled", "auto", Switch, (config, value) => config.Sensors.Nvml.Enabled = value),
        ConfigKey.Of("sensors.nvml.library", "libnvidia-ml.so.1", Library, (config, value) => config.Sensors.Nvml.Library = value),
        ConfigKey.Of("sensors.nvml.hold", "auto", Choice<NvmlHold>, (config, value) => config.Sensors.Nvml.Hold = value),
        ConfigKey.Of("sensors.rapl.enabled", "auto", Switch, (config, value) => config.Sensors.Rapl.Enabled = value),
        ConfigKey.Of("sensors.hwmon.enabled", "auto", Switch, (config, value) => config.Sensors.Hwmon.Enabled = value),
        ConfigKey.Of("sensors.hwmon.whole_machine", "", ChipPart, (config, value) => config.Sensors.Hwmon.WholeMachine = value),
        ConfigKey.Of("sensors.battery.enabled", "auto", Switch, (config, value) => config.Sensors.Battery.Enabled = value),
        ConfigKey.Of("sensors.wall.kind", "none", Choice<WallKind>, (config, value) => config.Sensors.Wall.Kind = value),
        ConfigKey.Of("sensors.wall.address", "", Meter, (config, value) => config.Sensors.Wall.Address = value),
        ConfigKey.Of("sensors.wall.channel", "0", text => Whole(text, 0, 31), (config, value) => config.Sensors.Wall.Channel = value),
        ConfigKey.Of("sensors.wall.power_path", "", JsonPath, (config, value) => config.Sensors.Wall.PowerPath = value),
        ConfigKey.Of("sensors.wall.scale", "1", text => Number(text, 1e-9, 1e9), (config, value) => config.Sensors.Wall.Scale = value),
        ConfigKey.Of("sensors.wall.username", "", Text, (config, value) => config.Sensors.Wall.Username = value),
        ConfigKey.Of("sensors.wall.password_file", "", AbsolutePath, (config, value) => config.Sensors.Wall.PasswordFile = value),
        ConfigKey.Of("sensors.wall.interval", "1s", text => Duration(text, Second / 2, Second * 10),
            (config, value) => config.Sensors.Wall.Interval = value),
        ConfigKey.Of("estimate.cpu_tdp_watts", "", text => Number(text, 1, MostWatts), (config, value) => config.Estimate.CpuTdpWatts = value),
        ConfigKey.Of("estimate.cpu_idle_watts", "", text => Number(text, 0, MostWatts), (config, value) => config.Estimate.CpuIdleWatts = value),
        ConfigKey.Of("estimate.rest_watts", "", text => Number(text, 0, MostWatts), (config, value) => config.Estimate.RestWatts = value),
        ConfigKey.Of("power_state.enabled", "auto", Switch, (config, value) => config.PowerState.Enabled = value),
        ConfigKey.Of("power_state.dbus_address", "", BusAddress, (config, value) => config.PowerState.DbusAddress = value),
    ];
}
