using System.Globalization;
using static Agent.Config.ConfigValue;
using ConfigKey = Agent.Config.ConfigKey<Agent.Config.AgentConfig>;

namespace Agent.Config;

/// <summary>Every key there is.</summary>
internal static class ConfigKeys
{
    /// <summary>Each is asked and its runners are polled: more than a machine would hold.</summary>
    private const int MostUpstreams = 16;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static KeyTable<AgentConfig> Table { get; } = new(
    [
        ConfigKey.Of("listen", "127.0.0.1:10056", Address, (config, value) => config.Listen = value),
        ConfigKey.Of("web_config_file", "", PathOrNone, (config, value) => config.WebConfigFile = value),
        ConfigKey.Of("sampling.interval", "1s", text => Duration(text, Second / 10, Second * 10),
            (config, value) => config.Sampling.Interval = value),
        ConfigKey.Of("sampling.active_interval", "200ms", text => Duration(text, Second / 20, Second * 10),
            (config, value) => config.Sampling.ActiveInterval = value),
        ConfigKey.Of("paths.sysfs", "/sys", AbsolutePath, (config, value) => config.Paths.Sysfs = value),
        ConfigKey.Of("paths.procfs", "/proc", AbsolutePath, (config, value) => config.Paths.Procfs = value),
        ConfigKey.Of("paths.state", "/var/lib/joulet", PathOrNone, (config, value) => config.Paths.State = value),
        .. SensorKeys.All,
        ConfigKey.Of("ollama.upstream", "http://127.0.0.1:11434", Upstream, (config, value) => config.Ollama.Upstream = value),
        new("ollama.upstreams.#", "", (config, number, text) =>
        {
            var place = int.Parse(number, CultureInfo.InvariantCulture);
            var (value, problem) = Upstream(text);
            problem = place < MostUpstreams ? problem : $"there can be {MostUpstreams} at most";
            if (problem is null)
            {
                config.Ollama.Upstreams[place] = value;
            }

            return problem;
        }),
        ConfigKey.Of("ollama.runners", "auto", Runners, (config, value) => config.Ollama.Runners = value),
        ConfigKey.Of("ollama.proxy_listen", "", Address, (config, value) => config.Ollama.ProxyListen = value),
        ConfigKey.Of("ollama.poll_interval", "30s", text => Duration(text, Second * 5, TimeSpan.FromHours(1)),
            (config, value) => config.Ollama.PollInterval = value),
        ConfigKey.Of("ollama.journal_unit", "ollama.service", Unit, (config, value) => config.Ollama.JournalUnit = value),
        new("baseline.idle_watts.*", "", (config, device, text) =>
        {
            var (watts, problem) = Number(text, 0, 10_000);
            if (problem is null)
            {
                config.Baseline.IdleWatts[device] = watts;
            }

            return problem;
        }),
        .. FootprintKeys.All,
        ConfigKey.Of("otlp.endpoint", "", Endpoint, (config, value) => config.Otlp.Endpoint = value),
        ConfigKey.Of("otlp.protocol", "", text => OneOf(text, "grpc", "http/protobuf"), (config, value) => config.Otlp.Protocol = value),
        ConfigKey.Of("otlp.interval", "", text => Duration(text, Second, TimeSpan.FromHours(1)), (config, value) => config.Otlp.Interval = value),
    ]);

    private static (Enabled Value, string? Problem) Runners(string text) =>
        text == "true" ? (default, "'true' is none of auto, false") : Switch(text);
}
