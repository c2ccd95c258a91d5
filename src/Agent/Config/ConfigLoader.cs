using System.Collections;

namespace Agent.Config;

/// <summary>Puts the configuration together: defaults, file, environment, command line; what comes later wins.</summary>
internal static class ConfigLoader
{
    public const string UsualFile = "/etc/joulet/joulet.yaml";

    private const string Prefix = "JOULET__";

    /// <summary>Loads and checks everything; tells all problems at once.</summary>
    /// <param name="file">The file asked for; null for the usual one, which need not be there.</param>
    /// <param name="options">What the command line set.</param>
    /// <param name="environment">The environment's variables.</param>
    public static ConfigResult Load(string? file, IReadOnlyList<Setting> options, IDictionary environment)
    {
        var (inFile, problems) = file is null && !File.Exists(UsualFile)
            ? ([], [])
            : YamlSettings.Read(file ?? UsualFile);
        var config = new AgentConfig();
        var found = new List<string>(problems);
        var warnings = new List<string>();
        foreach (var setting in inFile.Concat(FromEnvironment(environment)).Concat(options))
        {
            if (Apply(config, setting, warnings) is { } problem)
            {
                found.Add($"{setting.Origin}: {setting.Path}: {problem}");
            }
        }

        if (found.Count == 0 && config.Sampling.ActiveInterval > config.Sampling.Interval)
        {
            found.Add(
                $"sampling.active_interval: {ConfigValue.Of(config.Sampling.ActiveInterval)} is longer than sampling.interval ({ConfigValue.Of(config.Sampling.Interval)})");
        }

        return found.Count > 0 ? new ConfigResult.Invalid(found) : new ConfigResult.Loaded(config, warnings);
    }

    private static string? Apply(AgentConfig config, Setting setting, List<string> warnings)
    {
        if (ConfigKeys.Find(setting.Path) is not var (key, last))
        {
            return ConfigKeys.IsSection(setting.Path) ? "is a section, not a value" : "there is no such key";
        }

        if (key.Set(config, last, setting.Value) is { } problem)
        {
            return problem;
        }

        if (key.Later && setting.Value != key.Default)
        {
            warnings.Add($"{setting.Origin}: {setting.Path} is accepted, but this version does not use it yet.");
        }

        return null;
    }

    private static IEnumerable<Setting> FromEnvironment(IDictionary environment) =>
        from DictionaryEntry variable in environment
        let name = (string)variable.Key
        where name.StartsWith(Prefix, StringComparison.Ordinal)
        orderby name
        select new Setting(PathOf(name[Prefix.Length..]), variable.Value as string ?? "", $"environment variable {name}");

    /// <summary>Keys are lower case; the names in a map, such as GPU UUIDs, are as they are.</summary>
    private static string PathOf(string name)
    {
        var path = name.Replace("__", ".", StringComparison.Ordinal);
        foreach (var map in ConfigKeys.All.Where(key => key.IsMap).Select(key => key.Path[..^1]))
        {
            if (path.StartsWith(map, StringComparison.OrdinalIgnoreCase))
            {
                return map + path[map.Length..];
            }
        }

        return path.ToLowerInvariant();
    }
}
