using Agent.Config;

namespace Agent.Commands;

/// <summary>Settings on the command line: <c>--section:key value</c> or <c>--section:key=value</c>.</summary>
internal static class SettingOptions
{
    /// <summary>Takes the settings out; what is left is commands and their options.</summary>
    public static (IReadOnlyList<Setting> Settings, string[] Others) Take(IReadOnlyList<string> args)
    {
        var settings = new List<Setting>();
        var rest = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i] : args[i][..equals];
            if (!IsSetting(name))
            {
                rest.Add(args[i]);
            }
            else if (equals >= 0)
            {
                settings.Add(Of(name, args[i][(equals + 1)..]));
            }
            else
            {
                var hasValue = i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
                settings.Add(Of(name, hasValue ? args[++i] : null));
            }
        }

        return (settings, [.. rest]);
    }

    private static bool IsSetting(string name) => name.StartsWith("--", StringComparison.Ordinal)
        && (name.Contains(':', StringComparison.Ordinal) || ConfigKeys.Table.Find(name[2..]) is not null);

    private static Setting Of(string name, string? value) =>
        new(name[2..].Replace(':', '.'), value, $"option {name}");
}
