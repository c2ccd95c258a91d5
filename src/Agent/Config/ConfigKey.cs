namespace Agent.Config;

/// <summary>One key of a configuration.</summary>
/// <typeparam name="TConfig">What its values are put into.</typeparam>
/// <param name="Path">
/// Its parts joined by dots; ending in <c>.*</c> for a map whose keys the operator chooses, in <c>.#</c> for a list, whose
/// entries are counted from 0.
/// </param>
/// <param name="Default">Its default as it would be written; empty for none.</param>
/// <param name="Set">Puts a value into the configuration; answers the problem where there is one. Given the key's last part, and the value.</param>
internal sealed record ConfigKey<TConfig>(string Path, string Default, Func<TConfig, string, string, string?> Set) : IConfigKey
{
    public bool IsMap => Path.EndsWith(".*", StringComparison.Ordinal);

    public bool IsList => Path.EndsWith(".#", StringComparison.Ordinal);

    /// <summary>A key with one value.</summary>
    public static ConfigKey<TConfig> Of<T>(
        string path, string standard, Func<string, (T Value, string? Problem)> read, Action<TConfig, T> set) =>
        new(path, standard, (config, _, text) =>
        {
            if (text.Length == 0 && standard.Length == 0)
            {
                return null; // written out as it is by default: switched off
            }

            var (value, problem) = read(text);
            if (problem is null)
            {
                set(config, value);
            }

            return problem;
        });
}
