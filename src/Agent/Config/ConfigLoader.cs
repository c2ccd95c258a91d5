using System.Collections;

namespace Agent.Config;

/// <summary>Puts the configuration together: defaults, file, environment, command line; what comes later wins.</summary>
internal static class ConfigLoader
{
    public const string UsualFile = "/etc/joulet/joulet.yaml";

    private const string Prefix = "JOULET__";

    /// <summary>As long as a path can be; no other value is longer.</summary>
    private const int LongestValue = 4096;

    /// <summary>Problems told; who has more has given another file.</summary>
    private const int MostProblems = 50;

    /// <summary>Loads and checks everything; tells all problems at once.</summary>
    /// <param name="file">The file asked for; null for the usual one, which need not be there.</param>
    /// <param name="options">What the command line set.</param>
    /// <param name="environment">The environment's variables.</param>
    public static ConfigResult Load(string? file, IReadOnlyList<Setting> options, IDictionary environment)
    {
        var (text, unreadable) = ConfigFile.Read(file ?? UsualFile, mustExist: file is not null);
        var (inFile, problems) = YamlSettings.Read(file ?? UsualFile, text, ConfigKeys.Table);
        Setting[] fromEnvironment = [.. FromEnvironment(environment)];
        Setting[] settings = [.. inFile, .. fromEnvironment, .. options];
        var config = new AgentConfig();
        var found = new List<string>([.. unreadable is null ? problems : [unreadable], .. Twice(fromEnvironment), .. Twice(options)]);
        var wrong = new HashSet<string>();
        foreach (var setting in settings)
        {
            if (Apply(config, setting) is { } problem)
            {
                found.Add($"{setting.Origin}: {setting.Path}: {problem}");
                wrong.Add(setting.Path);
            }
        }

        found.AddRange(ConfigRules.Problems(config, settings, wrong));
        if (found.Count > MostProblems)
        {
            found = [.. found.Take(MostProblems), $"and {found.Count - MostProblems} more problems"];
        }

        return found.Count > 0 ? new ConfigResult.Invalid(found) : new ConfigResult.Loaded(config);
    }

    private static string? Apply(AgentConfig config, Setting setting) => setting.Value switch
    {
        { Length: > LongestValue } value when ConfigKeys.Table.Find(setting.Path) is not null => $"has {value.Length} characters: at most {LongestValue} are allowed",
        { } value when value.Any(char.IsControl) && ConfigKeys.Table.Find(setting.Path) is not null => "holds a control character",
        _ => ConfigKeys.Table.Apply(config, setting),
    };

    private static IEnumerable<string> Twice(IEnumerable<Setting> settings) =>
        from same in settings.GroupBy(setting => setting.Path)
        where same.Count() > 1
        select $"{same.Last().Origin}: {same.Key}: is given {same.Count()} times";

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
        foreach (var map in ConfigKeys.Table.All.Where(key => key.IsMap).Select(key => key.Path[..^1]))
        {
            if (path.StartsWith(map, StringComparison.OrdinalIgnoreCase))
            {
                return map + path[map.Length..];
            }
        }

        return path.ToLowerInvariant();
    }
}
