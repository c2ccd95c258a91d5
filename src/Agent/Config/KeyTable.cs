namespace Agent.Config;

/// <summary>The keys of one kind of file.</summary>
/// <typeparam name="TConfig">What their values are put into.</typeparam>
internal sealed class KeyTable<TConfig>(IReadOnlyList<ConfigKey<TConfig>> keys) : IKeyTable
{
    public IReadOnlyList<ConfigKey<TConfig>> All => keys;

    /// <summary>The key a path names, and the last part where it is a map's or a list's; null for none.</summary>
    public (ConfigKey<TConfig> Key, string Last)? Find(string path)
    {
        foreach (var key in keys)
        {
            if (!key.IsMap && !key.IsList)
            {
                if (path == key.Path)
                {
                    return (key, "");
                }
            }
            else if (path.StartsWith(key.Path[..^1], StringComparison.Ordinal)
                && path[(key.Path.Length - 1)..] is { Length: > 0 } last
                && (key.IsMap || IsPlace(last)))
            {
                return (key, last);
            }
        }

        return null;
    }

    public IConfigKey? Named(string path) => Find(path)?.Key;

    public bool IsMap(string path) => keys.Any(key => key.IsMap && key.Path == $"{path}.*");

    public bool IsList(string path) => keys.Any(key => key.IsList && key.Path == $"{path}.#");

    public bool IsSection(string path) => !IsList(path) && keys.Any(key => key.Path.StartsWith($"{path}.", StringComparison.Ordinal));

    /// <summary>Puts a setting where it belongs; answers the problem where there is one.</summary>
    public string? Apply(TConfig config, Setting setting) => Find(setting.Path) switch
    {
        null when IsSection(setting.Path) => "is a section, not a value",
        null when IsList(setting.Path) =>
            $"is a list: write [A, B] in the file; elsewhere count its entries from 0 ({setting.Path}.0)",
        null => "there is no such key",
        _ when setting.Value is null => "has no value",
        var (key, last) => key.Set(config, last, setting.Value),
    };

    /// <summary>A number as it is counted, without sign or leading zeros.</summary>
    private static bool IsPlace(string text) =>
        text.Length <= 4 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');
}
