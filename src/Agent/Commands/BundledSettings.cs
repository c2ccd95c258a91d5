using System.Globalization;
using System.Text;
using Agent.Config;

namespace Agent.Commands;

/// <summary>The settings as a bug report needs them: switches, numbers and times as they are, of all else only whether it is set.</summary>
internal static class BundledSettings
{
    public static string Render(AgentConfig config)
    {
        var text = new StringBuilder();
        var (sensors, ollama) = (config.Sensors, config.Ollama);
        Line(text, "sampling.interval", ConfigValue.Of(config.Sampling.Interval));
        Line(text, "sampling.active_interval", ConfigValue.Of(config.Sampling.ActiveInterval));
        Line(text, "paths", $"{Given(config.Paths.Sysfs, "/sys")} {Given(config.Paths.Procfs, "/proc")} {Given(config.Paths.State, "/var/lib/joulet")}");
        Line(text, "listen", Given(config.Listen, "127.0.0.1:10056"));
        Line(text, "sensors.nvml", $"{sensors.Nvml.Enabled} {sensors.Nvml.Hold} {Given(sensors.Nvml.Library, "libnvidia-ml.so.1")}");
        Line(text, "sensors.rapl", $"{sensors.Rapl.Enabled}");
        Line(text, "sensors.hwmon", $"{sensors.Hwmon.Enabled} {sensors.Hwmon.WholeMachine}");
        Line(text, "sensors.battery", $"{sensors.Battery.Enabled}");
        Line(text, "sensors.wall", string.Create(
            CultureInfo.InvariantCulture,
            $"{sensors.Wall.Kind} channel {sensors.Wall.Channel} scale {sensors.Wall.Scale} every {ConfigValue.Of(sensors.Wall.Interval)} password {Given(sensors.Wall.PasswordFile, "")}"));
        Line(text, "estimate", string.Create(
            CultureInfo.InvariantCulture, $"{config.Estimate.CpuTdpWatts} {config.Estimate.CpuIdleWatts} {config.Estimate.RestWatts}"));
        Line(text, "power_state", $"{config.PowerState.Enabled} {Given(config.PowerState.DbusAddress, "")}");
        Line(text, "ollama.runners", $"{ollama.Runners}");
        Line(text, "ollama.upstreams", string.Create(CultureInfo.InvariantCulture, $"{ollama.Addresses.Count}"));
        Line(text, "ollama.proxy_listen", Given(ollama.ProxyListen, ""));
        Line(text, "ollama.journal_unit", Given(ollama.JournalUnit, "ollama.service"));
        Line(text, "ollama.poll_interval", ConfigValue.Of(ollama.PollInterval));
        Line(text, "baseline.idle_watts", string.Create(CultureInfo.InvariantCulture, $"{config.Baseline.IdleWatts.Count} devices"));
        Line(text, "carbon", string.Create(
            CultureInfo.InvariantCulture,
            $"{config.Carbon.Provider} {config.Carbon.Scope} zone {Given(config.Carbon.Zone, "")} every {ConfigValue.Of(config.Carbon.Interval)} pue {config.Carbon.Pue} endpoint {Given(config.Carbon.Endpoint, "")}"));
        Line(text, "cost", string.Create(CultureInfo.InvariantCulture, $"{config.Cost.TimeOfUse.Count} rules, file {Given(config.Cost.File, "")}"));
        Line(text, "history.retention_days", string.Create(CultureInfo.InvariantCulture, $"{config.History.RetentionDays}"));
        return text.ToString();
    }

    private static void Line(StringBuilder text, string key, string value) => text.Append(key).Append(": ").Append(value.Trim()).Append('\n');

    private static string Given(string value, string usual) => value == usual ? "default" : value.Length == 0 ? "empty" : "set";
}
