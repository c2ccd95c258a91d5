using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agent.Config;

/// <summary>The settings of a YAML file, each with its line.</summary>
internal static class YamlSettings
{
    /// <summary>A configuration is some dozen lines; what is larger is another file.</summary>
    private const long LargestFile = 1024 * 1024;

    public static (IReadOnlyList<Setting> Settings, IReadOnlyList<string> Problems) Read(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > LargestFile })
            {
                return ([], [$"{file}: larger than 1 MiB: this is no configuration of joulet"]);
            }

            using var text = File.OpenText(file);
            return Read(file, text);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return ([], [$"{file}: there is no such file"]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ([], [$"{file}: cannot be read: {failure.Message} The user joulet runs as must be allowed to read it"]);
        }
        catch (YamlException failure)
        {
            return ([], [$"{file}:{Line(failure.Start)}: no valid YAML: {(failure.InnerException ?? failure).Message}"]);
        }
    }

    private static (IReadOnlyList<Setting> Settings, IReadOnlyList<string> Problems) Read(string file, TextReader text)
    {
        var yaml = new YamlStream();
        yaml.Load(text);
        var settings = new List<Setting>();
        var problems = new List<string>();
        switch (yaml.Documents.Count)
        {
            case 0:
                break;
            case 1 when yaml.Documents[0].RootNode is YamlMappingNode root:
                Flatten(root, "", file, settings, problems);
                break;
            case 1 when yaml.Documents[0].RootNode is YamlScalarNode { Value: null or "" }:
                break;
            case 1:
                problems.Add($"{file}:1: must hold keys and values");
                break;
            default:
                problems.Add($"{file}:{Line(yaml.Documents[1].RootNode.Start)}: a second document: there can be one only");
                break;
        }

        return (settings, problems);
    }

    private static void Flatten(YamlMappingNode map, string path, string file, List<Setting> settings, List<string> problems)
    {
        foreach (var (name, node) in map.Children)
        {
            var key = path.Length == 0 ? $"{name}" : $"{path}.{name}";
            var origin = $"{file}:{Line(name.Start)}";
            switch (node)
            {
                case YamlMappingNode inner when ConfigKeys.IsSection(key):
                    Flatten(inner, key, file, settings, problems);
                    break;
                case YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" or "~" or null } when ConfigKeys.IsSection(key) || ConfigKeys.Find(key) is not null:
                    break; // null is the default
                case YamlScalarNode scalar:
                    settings.Add(new Setting(key, scalar.Value ?? "", origin));
                    break;
                case var _ when ConfigKeys.Find(key) is null:
                    settings.Add(new Setting(key, "", origin));
                    break;
                default:
                    problems.Add($"{origin}: {key}: must be a single value");
                    break;
            }
        }
    }

    private static string Line(Mark mark) => mark.Line.ToString(CultureInfo.InvariantCulture);
}
