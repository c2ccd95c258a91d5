using System.Globalization;
using System.Net;

namespace Agent.Config;

/// <summary>What no key tells alone: how settings fit together.</summary>
internal static class ConfigRules
{
    private const string One = "ollama.upstream";

    private const string Several = "ollama.upstreams";

    private static readonly string[] SamplingPaths = ["sampling.interval", "sampling.active_interval"];

    /// <summary>Every problem, each with the place of the setting that comes last.</summary>
    /// <param name="config">With all settings that are right for themselves.</param>
    /// <param name="settings">All of them, in the order they were put in.</param>
    /// <param name="wrong">The paths of those that are not: what depends on them is not looked at.</param>
    public static IEnumerable<string> Problems(AgentConfig config, IReadOnlyList<Setting> settings, IReadOnlySet<string> wrong)
    {
        if (!wrong.Overlaps(SamplingPaths) && config.Sampling.ActiveInterval > config.Sampling.Interval)
        {
            yield return $"{OriginOf(settings, SamplingPaths)}: sampling.active_interval: "
                + $"{ConfigValue.Of(config.Sampling.ActiveInterval)} is longer than sampling.interval ({ConfigValue.Of(config.Sampling.Interval)})";
        }

        const string Proxy = "ollama.proxy_listen";
        if (config.Ollama.ProxyListen.Length > 0 && !wrong.Contains(Proxy)
            && config.Ollama.Addresses.FirstOrDefault(address => LeadsTo(config.Ollama.ProxyListen, address)) is { } self)
        {
            yield return $"{OriginOf(settings, Proxy)}: {Proxy}: {config.Ollama.ProxyListen} is where Ollama is asked ({self}): give the proxy a port of its own";
        }

        if (config.Ollama.ProxyListen.Length > 0 && config.Ollama.ProxyListen == config.Listen)
        {
            yield return $"{OriginOf(settings, Proxy)}: {Proxy}: is the same as listen: give the proxy a port of its own";
        }

        var given = settings.Select(setting => setting.Path).ToHashSet();
        foreach (var (path, problem) in WallRules.Problems(config.Sensors.Wall, given, wrong).Concat(EstimateRules.Problems(config)
            .Concat(CostRules.Problems(config, settings.LastOrDefault(setting => setting.Path == "carbon.token")?.Origin)).Where(told => given.Contains(told.Path))))
        {
            yield return $"{OriginOf(settings, path)}: {path}: {problem}";
        }

        if (wrong.Any(path => path.StartsWith(One, StringComparison.Ordinal)))
        {
            yield break;
        }

        var places = config.Ollama.Upstreams.Keys.ToArray();
        if (places.Length > 0 && settings.Any(setting => setting.Path == One))
        {
            yield return $"{OriginOf(settings, PathOf(places[0]))}: {Several}: {One} is given, too ({OriginOf(settings, One)}): "
                + "give one of them, the list for several Ollamas";
        }

        for (var i = 0; i < places.Length; i++)
        {
            var origin = OriginOf(settings, PathOf(places[i]));
            if (places[i] != i)
            {
                yield return $"{origin}: {PathOf(places[i])}: {PathOf(i)} is missing: count the entries from 0, without a gap";
                yield break;
            }

            var place = OllamaAddress.PlaceOf(config.Ollama.Upstreams[i]);
            var same = Enumerable.Range(0, i).Where(other => OllamaAddress.PlaceOf(config.Ollama.Upstreams[other]) == place).ToArray();
            if (same.Length > 0)
            {
                yield return $"{origin}: {PathOf(i)}: leads to the same place as {PathOf(same[0])}";
            }
        }
    }

    /// <summary>The proxy would send every request to itself.</summary>
    private static bool LeadsTo(string listen, string upstream)
    {
        if (!IPEndPoint.TryParse(listen, out var own) || !Uri.TryCreate(upstream, UriKind.Absolute, out var ollama) || own.Port != ollama.Port)
        {
            return false;
        }

        var isAny = own.Address.Equals(IPAddress.Any) || own.Address.Equals(IPAddress.IPv6Any);
        return isAny || OllamaAddress.PlaceOf($"http://{own}") == OllamaAddress.PlaceOf(upstream);
    }

    private static string PathOf(int place) => string.Create(CultureInfo.InvariantCulture, $"{Several}.{place}");

    private static string OriginOf(IReadOnlyList<Setting> settings, params string[] paths) =>
        settings.Last(setting => paths.Contains(setting.Path)).Origin;
}
