using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Grafana;

/// <summary>Prometheus' rules of <c>grafana/rules</c>, and what promtool tests of them.</summary>
internal static class RuleFiles
{
    public static string Folder { get; } = Repository.Path("grafana/rules");

    /// <summary>Files of rules.</summary>
    public static string[] All { get; } = [.. Directory.GetFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)];

    /// <summary>Files of tests.</summary>
    public static string[] Tests { get; } = [.. Directory.GetFiles(Path.Combine(Folder, "tests"), "*.yaml").Order(StringComparer.Ordinal)];

    /// <summary>Every rule's fields; nested ones by path, such as <c>annotations.summary</c>.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Rules { get; } =
    [
        .. All.SelectMany(file => List(Read(file), "groups")).SelectMany(group => List(group, "rules")).Select(rule => Fields(rule, "")),
    ];

    public static IEnumerable<IReadOnlyDictionary<string, string>> Alerts => Rules.Where(rule => rule.ContainsKey("alert"));

    public static IEnumerable<IReadOnlyDictionary<string, string>> Recordings => Rules.Where(rule => rule.ContainsKey("record"));

    public static YamlMappingNode Read(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(file)));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    /// <summary>The mappings of a list; none where there is no such list.</summary>
    public static IEnumerable<YamlMappingNode> List(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var list) ? ((YamlSequenceNode)list).Children.Cast<YamlMappingNode>() : [];

    /// <summary>A text; empty where there is none.</summary>
    public static string Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var text) ? ((YamlScalarNode)text).Value! : "";

    private static Dictionary<string, string> Fields(YamlMappingNode node, string prefix) => node.Children
        .SelectMany(child => child.Value is YamlMappingNode inner
            ? Fields(inner, $"{child.Key}.")
            : Enumerable.Repeat(KeyValuePair.Create($"{prefix}{child.Key}", child.Value.ToString()), 1))
        .ToDictionary();
}
