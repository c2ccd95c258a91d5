using Agent.Config;

namespace Agent.Sensors;

/// <summary>Every sensor there is.</summary>
internal static class SensorCatalog
{
    public static IReadOnlyList<ISensor> Find(AgentConfig config, MonotonicClock clock) =>
    [
        new RaplSensor(config.Sensors.Rapl, config.Paths, clock),
    ];
}
