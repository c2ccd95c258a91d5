using Agent.Config;
using Agent.Sensors.Hwmon;
using Agent.Sensors.Nvml;
using Agent.Sensors.PowerState;
using Agent.Sensors.Rapl;
using Agent.Sensors.Wall;

namespace Agent.Sensors;

/// <summary>Every sensor there is.</summary>
/// <param name="All">All of them, in the order in which they are read.</param>
/// <param name="Nvml">The one of them that is told more than to read.</param>
internal sealed record SensorCatalog(IReadOnlyList<ISensor> All, NvmlSensor Nvml)
{
    /// <summary>The sensors of this machine.</summary>
    public static SensorCatalog Find(AgentConfig config, MonotonicClock clock) =>
        Find(config, clock, NvmlSensor.Create(config.Sensors.Nvml, config.Paths, clock));

    /// <summary>The same over other GPUs than the driver's.</summary>
    public static SensorCatalog Find(AgentConfig config, MonotonicClock clock, NvmlSensor nvml) => new(
        [
            nvml,
            new RaplSensor(config.Sensors.Rapl, config.Paths, clock),
            new HwmonSensor(config.Sensors.Hwmon, config.Paths, clock),
            new BatterySensor(config.Sensors.Battery, config.Paths, clock),
            new WallSensor(config.Sensors.Wall, clock),
            new EstimateSensor(config.Estimate, config.Paths, clock),
            new CpuStateSensor(config.PowerState, config.Paths, clock),
            new PolicySensor(config.PowerState, config.Paths, clock),
        ],
        nvml);
}
