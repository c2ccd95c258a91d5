using Agent.Config;
using Agent.Sensors;
using Agent.Sensors.Hwmon;
using Agent.Sensors.Nvml;
using Agent.Sensors.PowerState;
using Agent.Sensors.Rapl;

namespace Agent.Commands;

/// <summary>Sensors that must be there because the operator said so (<c>enabled: true</c>).</summary>
internal static class Requirement
{
    /// <summary>The setting that asks for the first that must be there and cannot be used; null where none is missing.</summary>
    public static string? Missing(AgentConfig config, IEnumerable<Finding> findings) => findings
        .Where(finding => finding.Verdict == Verdict.Bad)
        .Select(finding => Setting(config, finding.Subject))
        .FirstOrDefault(setting => setting is not null);

    private static string? Setting(AgentConfig config, string sensor) => sensor switch
    {
        NvmlSensor.Name when config.Sensors.Nvml.Enabled == Enabled.True => "sensors.nvml.enabled",
        RaplSensor.Name when config.Sensors.Rapl.Enabled == Enabled.True => "sensors.rapl.enabled",
        HwmonSensor.Name when config.Sensors.Hwmon.Enabled == Enabled.True => "sensors.hwmon.enabled",
        BatterySensor.Name when config.Sensors.Battery.Enabled == Enabled.True => "sensors.battery.enabled",
        PolicySensor.Name when config.PowerState.Enabled == Enabled.True => "power_state.enabled",
        _ => null,
    };
}
