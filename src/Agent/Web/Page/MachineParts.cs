using System.Text;
using Agent.Core.Metering;
using Agent.Core.Reports;
using Agent.Export;

namespace Agent.Web.Page;

/// <summary>The machine's state, its sensors, and what to do about it.</summary>
internal static class MachineParts
{
    public static string State(Snapshot snapshot)
    {
        var policy = snapshot.Ledger.Machine.Policy;
        var text = new StringBuilder("<ul>");
        foreach (var (name, ollama) in snapshot.Ledger.Ollamas.OrderBy(pair => pair.Key, StringComparer.Ordinal).Where(pair => pair.Value.Up is not null))
        {
            var which = name.Length > 0 ? $"Ollama ({name})" : "Ollama";
            Line(ollama.Up == true ? $"{which} {ollama.Version} answers." : $"{which} does not answer.");
        }

        Line(policy.Profile is { } profile ? $"Power profile: {profile}{(policy.Degraded is { Length: > 0 } why ? $", degraded ({why})" : "")}." : "Power profile: not told by this machine.");
        if (policy.OnBattery is { } battery)
        {
            Line(battery ? "On battery." : "On external power.");
        }

        if (Coverage.Of(snapshot.Ledger) is { } ratio)
        {
            Line($"Of what Ollama drew for its work in the last 5 minutes, {Reporting.Figures.Percent(ratio)} stands against tokens that were counted.");
        }

        if (snapshot.Vitals.State is { Up: false })
        {
            Line("Totals cannot be kept over a restart: the log tells why.");
        }

        return text.Append("</ul>").ToString();

        void Line(string line) => text.Append($"<li>{Html.Text(line)}</li>");
    }

    public static string Advice(Snapshot snapshot)
    {
        var advice = AdviceRule.Of(snapshot.Ledger).ToArray();
        return advice.Length == 0
            ? Html.Note("Nothing found.")
            : $"<ul>{string.Concat(advice.Select(found => $"<li><strong>{Html.Text(found.Reason)}</strong> {Html.Text(found.Fix)} <small>{Html.Text(found.Rule)}</small></li>"))}</ul>";
    }

    public static string Sensors(Snapshot snapshot)
    {
        var rows = Health(snapshot).OrderBy(sensor => sensor.Failure is null).ThenBy(sensor => sensor.Name, StringComparer.Ordinal).ToArray();
        return rows.Length == 0
            ? Html.Note("None was found. The command joulet check tells what was looked for.")
            : $"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"State of each sensor\"><table class=\"text\"><thead><tr><th scope=\"col\">Sensor</th><th scope=\"col\">State</th></tr></thead><tbody>{string.Concat(rows.Select(sensor =>
                $"<tr><th scope=\"row\">{Html.Text(sensor.Name)}</th><td>{(sensor.Failure is { } why ? $"<strong class=\"bad\">not readable</strong> {Html.Text(why)}" : "works")}</td></tr>"))}</tbody></table></div>";
    }

    private static IEnumerable<(string Name, string? Failure)> Health(Snapshot snapshot) =>
        snapshot.Ledger.Devices.Values
            .Where(device => device.Device.Kind != DeviceKind.Rest && (device.Meter.WasRead || device.Meter.Failure is not null))
            .Select(device => (device.Device.Sensor, device.Meter.Failure?.Reason))
            .Concat(snapshot.Ledger.Sensors.Select(pair => (pair.Key, pair.Value.Failure?.Reason)));
}
