using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Export;

namespace Agent.Commands;

/// <summary>What <c>joulet check --json</c> prints. Names stay; more may be added.</summary>
[JsonSerializable(typeof(CheckJsonReport))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
internal sealed partial class CheckJson : JsonSerializerContext
{
    public static string Render(CheckResult result) => JsonSerializer.Serialize(
        new CheckJsonReport(
            Web.ProcessVitals.Version,
            result.ExitCode,
            result.Verdict,
            [.. result.Findings.Select(finding => new CheckJsonReport.Found(Labels.Of(finding.Verdict), finding.Subject, finding.Text, finding.Fix))],
            result.Seconds,
            [.. result.Devices.Select(device => new CheckJsonReport.Drew(
                device.Device.Sensor, Labels.Of(device.Device.Kind), Labels.Of(device.State), device.Watts, Labels.Of(device.Method), device.Told, device.Apart, device.Failure))],
            result.Host.ToDictionary(part => Labels.Of(part.Component), part => part.Power.Value),
            [.. result.Advice.Select(advice => new CheckJsonReport.Advised(advice.Rule, advice.Reason, advice.Fix))]),
        Default.CheckJsonReport) + "\n";
}
