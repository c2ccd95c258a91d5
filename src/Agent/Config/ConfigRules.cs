using System.Globalization;

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

    private static string PathOf(int place) => string.Create(CultureInfo.InvariantCulture, $"{Several}.{place}");

    private static string OriginOf(IReadOnlyList<Setting> settings, params string[] paths) =>
        settings.Last(setting => paths.Contains(setting.Path)).Origin;
}
