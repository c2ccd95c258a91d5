namespace Agent.Config;

/// <summary>How the settings of a meter at the wall fit together.</summary>
internal static class WallRules
{
    private const string Prefix = "sensors.wall.";

    /// <summary>Every problem: the key it is told at, and what is wrong.</summary>
    /// <param name="wall">With all settings that are right for themselves.</param>
    /// <param name="given">The paths of all that are set.</param>
    /// <param name="wrong">The paths of those that are not right: where there is one, nothing is told.</param>
    public static IEnumerable<(string Path, string Problem)> Problems(WallConfig wall, IReadOnlySet<string> given, IReadOnlySet<string> wrong)
    {
        if (wrong.Any(path => path.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            return [];
        }

        // With kind: none a meter is switched off, and may stay described.
        return wall.Kind != WallKind.None ? OfKind(wall, Word(wall.Kind))
            : given.Contains($"{Prefix}address") && !given.Contains($"{Prefix}kind")
                ? [($"{Prefix}address", $"{Prefix}kind is missing: say what answers there, shelly, tasmota, json or file")]
                : [];
    }

    private static IEnumerable<(string Path, string Problem)> OfKind(WallConfig wall, string kind)
    {
        var isFile = wall.Kind == WallKind.File;
        var isPlug = wall.Kind is WallKind.Shelly or WallKind.Tasmota;
        if (wall.Address.Length == 0)
        {
            yield return ($"{Prefix}kind", $"{kind} needs {Prefix}address, {(isFile ? "an absolute path" : "such as http://192.168.1.20")}");
        }
        else if (isFile != Path.IsPathRooted(wall.Address))
        {
            yield return ($"{Prefix}address", isFile ? "must be an absolute path where the kind is file" : $"must be an http address where the kind is {kind}");
        }
        else if (isPlug && wall.Address.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            yield return ($"{Prefix}address", $"must begin with http: where the kind is {kind}, which knows no https");
        }

        if (isPlug && wall.PowerPath.Length > 0)
        {
            yield return ($"{Prefix}power_path", $"is for json and file only: of {kind} it is known");
        }

        if (isPlug && wall.Scale is not 1)
        {
            yield return ($"{Prefix}scale", $"is for json and file only: {kind} tells watts");
        }

        if (!isPlug && wall.Channel != 0)
        {
            yield return ($"{Prefix}channel", $"is for shelly and tasmota only: with {kind}, {Prefix}power_path says which number it is");
        }

        if (isFile && wall.PasswordFile.Length > 0)
        {
            yield return ($"{Prefix}password_file", "is for what is asked over HTTP: a file asks for no password");
        }

        if (wall.Kind == WallKind.Json && wall.PasswordFile.Length > 0 && wall.Username.Length == 0)
        {
            yield return ($"{Prefix}password_file", $"needs {Prefix}username where the kind is json");
        }
    }

    private static string Word(WallKind kind) => kind.ToString().ToLowerInvariant();
}
