using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Config;

namespace Agent.Commands;

/// <summary>Replaces what names somebody or something private by numbered words: the same word for the same name.</summary>
internal sealed partial class Scrubber
{
    /// <summary>Shorter names are words of every text.</summary>
    private const int ShortestName = 3;

    /// <summary>Below are the system's own users (login.defs(5), UID_MIN).</summary>
    private const int FirstPerson = 1000;

    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Kind)> _names = [];

    /// <summary>One that knows this machine's names, its users', and its models'.</summary>
    public static Scrubber For(AgentConfig config, string? metrics)
    {
        var scrub = new Scrubber();
        scrub.Know("host", Environment.MachineName, Environment.MachineName.Split('.')[0]);
        scrub.Know("user", [Environment.UserName, config.Sensors.Wall.Username, .. Users()]);
        scrub.Know("host", [.. config.Ollama.Addresses.Append(config.Sensors.Wall.Address).Select(HostOf)]);
        scrub.Know("path", new[] { config.Paths.State, config.Sensors.Wall.Address, config.Sensors.Wall.PasswordFile }.Where(path => path != new PathsConfig().State));
        scrub.Know("model", [.. ModelLabel.Matches(metrics ?? "").Select(match => match.Groups["name"].Value)]);
        scrub._names.Sort((one, other) => other.Name.Length.CompareTo(one.Name.Length)); // a name may begin with another
        return scrub;
    }

    /// <summary>The text without them.</summary>
    public string Clean(string text)
    {
        foreach (var (name, kind) in _names)
        {
            text = Regex.Replace(
                text, $@"(?<![\w-]){Regex.Escape(name)}(?![\w-])", _ => WordFor(kind, name), RegexOptions.None, TimeSpan.FromSeconds(5));
        }

        return Private.Replace(text, match =>
        {
            var group = match.Groups.Values.Skip(1).First(group => group.Success);
            return IsPublic(group.Value) ? group.Value : WordFor(group.Name, group.Value);
        });
    }

    private void Know(string kind, params IEnumerable<string> names) => _names.AddRange(names
        .Where(name => name.Length >= ShortestName && !IsPublic(name) && name is not ("root" or "joulet" or "ollama" or "nobody" or "unknown" or "other" or "cloud"))
        .Distinct()
        .Select(name => (name, kind)));

    private string WordFor(string kind, string name)
    {
        if (!_words.TryGetValue(name, out var word))
        {
            word = string.Create(CultureInfo.InvariantCulture, $"{kind}-{_words.Values.Count(known => known.StartsWith($"{kind}-", StringComparison.Ordinal)) + 1}");
            _words.Add(name, word);
        }

        return word;
    }

    private static bool IsPublic(string name) => name is "127.0.0.1" or "0.0.0.0" or "::1" or "::" or "localhost";

    private static string HostOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Host : "";

    /// <summary>People who have an account here: files and messages may name them.</summary>
    private static IEnumerable<string> Users()
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories("/home").Select(folder => Path.GetFileName(folder)),
                .. from line in File.ReadLines("/etc/passwd")
                   let fields = line.Split(':')
                   where fields.Length > 2 && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var id) && id >= FirstPerson
                   select fields[0],
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [GeneratedRegex("""\b(?:model|ollama)="(?<name>[^"]*)" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ModelLabel { get; }

    /// <summary>What has the form of something private, whatever it is called.</summary>
    [GeneratedRegex(
        """
        (?<folder>(?<=/home/)[^/\s"':,;]+)
        | (?<gpu>\b(?:GPU|MIG)-[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b)
        | (?<gpu>\bGPU-[0-9a-f]{16}\b)
        | (?<uuid>\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b)
        | (?<blob>\bsha256[-:][0-9a-f]{12,64}\b)
        | (?<mac>\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b)
        | (?<address>\b(?:\d{1,3}\.){3}\d{1,3}\b)
        | (?<address>(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){3,7}:?[0-9A-Fa-f]{0,4}(?![\w:.]))
        | (?<mail>\b[\w.+-]+@[\w-]+\.[\w.-]+\b)
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Private { get; }
}
