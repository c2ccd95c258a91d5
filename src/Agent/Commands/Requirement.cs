using Agent.Config;
using Agent.Sensors;

namespace Agent.Commands;

/// <summary>Sensors that must be there because the operator said so (<c>enabled: true</c>).</summary>
internal static class Requirement
{
    /// <summary>The first that must be there and cannot be used; null where none is missing.</summary>
    public static string? Missing(AgentConfig config, IEnumerable<Finding> findings) =>
        findings.FirstOrDefault(finding => finding.Verdict == Verdict.Bad && IsRequired(config.Sensors, finding.Subject))?.Subject;

    private static bool IsRequired(SensorsConfig sensors, string sensor) => sensor switch
    {
        NvmlSensor.Name => sensors.Nvml.Enabled == Enabled.True,
        RaplSensor.Name => sensors.Rapl.Enabled == Enabled.True,
        _ => false,
    };
}
