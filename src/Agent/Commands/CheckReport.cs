using System.Globalization;
using System.Text;
using Agent.Core.Metering;
using Agent.Export;

namespace Agent.Commands;

/// <summary>What <c>joulet check</c> prints.</summary>
internal static class CheckReport
{
    /// <summary>One line a finding with what to do about it below; what was measured; advice; the verdict at the end.</summary>
    public static string Render(CheckResult result)
    {
        var text = new StringBuilder();
        var width = result.Findings.Select(finding => finding.Subject.Length).Append(6).Max() + 2;
        foreach (var finding in result.Findings)
        {
            Lines(text, $"{Mark(finding.Verdict),-5}{finding.Subject.PadRight(width)}", finding.Text, finding.Fix);
        }

        if (result.Devices.Count > 0)
        {
            text.Append(Say($"\nMeasured for {result.Seconds:0.#} s\n"));
            var longest = result.Devices.Max(device => device.Device.Sensor.Length) + 2;
            foreach (var device in result.Devices)
            {
                text.Append($"     {device.Device.Sensor.PadRight(longest)}{Watts(device.Watts),10}  {How(device)}".TrimEnd()).Append('\n');
            }

            text.Append("     ").Append(Host(result)).Append('\n');
        }

        if (result.Advice.Count > 0)
        {
            text.Append("\nAdvice\n");
            var longest = result.Advice.Max(advice => advice.Rule.Length) + 2;
            foreach (var advice in result.Advice)
            {
                Lines(text, $"     {advice.Rule.PadRight(longest)}", advice.Reason, advice.Fix);
            }
        }

        return text.Append('\n').Append(result.Verdict).Append('\n').ToString();
    }

    private static void Lines(StringBuilder text, string head, string first, string? rest)
    {
        text.Append(head).Append(first).Append('\n');
        foreach (var line in rest?.Split('\n') ?? [])
        {
            text.Append($"{new string(' ', head.Length)}{line}".TrimEnd()).Append('\n');
        }
    }

    private static string How(Measured device) => device switch
    {
        { Failure: { } failure } => failure.Split('\n')[0],
        { State: MeasuredState.Asleep } => "asleep, and left so",
        { State: MeasuredState.Paused, Device.Kind: DeviceKind.Battery } => "not discharged",
        { State: MeasuredState.Paused } => "not needed: it is measured",
        { Watts: null } => "not told in this time",
        { Device.Kind: DeviceKind.EstimatedCpu or DeviceKind.EstimatedRest } => "estimated, as the configuration asks for",
        { Device.Kind: DeviceKind.Rail } => "shown only: what it feeds is not known",
        { Device.Kind: DeviceKind.Core or DeviceKind.Uncore or DeviceKind.IntegratedGpu } => "shown only: it is part of the package",
        { Method: MeterMethod.Integrated } => "by its power",
        { Told: { } told, Apart: { } apart } => Say($"by its counter; the power it reports is {told:0.0} W, {apart:P0} apart"),
        _ => "by its counter",
    };

    private static string Host(CheckResult result) => result.Host.Count == 0
        ? "The host's power cannot be told."
        : Say($"The host: {result.Host.Sum(part => part.Power.Value):0.0} W (")
            + string.Join(", ", result.Host.OrderBy(part => part.Component).Select(part => Say($"{Labels.Of(part.Component)} {part.Power.Value:0.0}"))) + ")";

    private static string Watts(double? watts) => watts is { } known ? Say($"{known:0.0} W") : "-";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Good => "ok",
        Verdict.Absent => "--",
        Verdict.Warning => "warn",
        _ => "FAIL",
    };
}
