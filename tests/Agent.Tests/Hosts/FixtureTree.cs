using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Config;

namespace Agent.Tests.Hosts;

/// <summary>A machine's /sys and /proc as plain files and links, from a text that lists them; counters go on with the time.</summary>
internal sealed partial class FixtureTree : IDisposable
{
    private readonly List<(string Path, string Form)> _counting = [];
    private readonly List<(string Key, string Value)> _settings = [];

    private FixtureTree(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            Add(line);
        }

        Directory.CreateDirectory(Path.Combine(Root, "sys"));
        Directory.CreateDirectory(Path.Combine(Root, "proc"));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("joulet-machine-").FullName;

    public static string Folder { get; } = Repository.Path("tests/Agent.Tests/Hosts");

    /// <summary>All machines there are.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(Folder, "Trees")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static FixtureTree Load(string name) => new(File.ReadLines(Path.Combine(Folder, "Trees", $"{name}.tree")));

    /// <summary>Every counter shows what it does after this long.</summary>
    public void At(TimeSpan time)
    {
        foreach (var (path, form) in _counting)
        {
            // In place, as the kernel's files are: the agent keeps them open.
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            file.Write(System.Text.Encoding.ASCII.GetBytes(CounterForm.Replace(form, counter => Shown(counter, time)) + "\n"));
        }
    }

    /// <summary>An agent's settings on this machine, with nothing beside it.</summary>
    /// <param name="more">More settings; they win.</param>
    public AgentConfig Config(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["paths.sysfs"] = Path.Combine(Root, "sys"),
            ["paths.procfs"] = Path.Combine(Root, "proc"),
            ["paths.state"] = "",
            ["listen"] = "127.0.0.1:1",
            ["ollama.upstream"] = "http://127.0.0.1:1",
            ["ollama.journal_unit"] = "",
            ["carbon.zone"] = "DE",
            ["power_state.dbus_address"] = "unix:path=/nonexistent",
        };
        foreach (var (key, value) in _settings.Concat(more))
        {
            settings[key] = value;
        }

        var loaded = ConfigLoader.Load(null, [.. settings.Select(setting => new Setting(setting.Key, setting.Value, "test"))], new System.Collections.Hashtable());
        return Assert.IsType<ConfigResult.Loaded>(loaded).Config;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void Add(string line)
    {
        if (line.StartsWith("config ", StringComparison.Ordinal))
        {
            var setting = line["config ".Length..].Split(": ", 2);
            _settings.Add((setting[0], setting[1]));
        }
        else if (line.Split(" -> ") is [var link, var target])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(link))!);
            Directory.CreateSymbolicLink(At(link), target);
        }
        else if (line.Split(": ", 2) is [var path, var content])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
            var text = content.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);
            if (CounterForm.IsMatch(text))
            {
                _counting.Add((At(path), text));
            }
            else
            {
                File.WriteAllText(At(path), text + "\n");
            }
        }
        else
        {
            throw new FormatException($"'{line}' is no line of a machine");
        }
    }

    private string At(string path) => Path.Combine(Root, path);

    /// <summary>Of one length always.</summary>
    private static string Shown(Match counter, TimeSpan time)
    {
        var range = counter.Groups["range"] is { Success: true } told ? Number(told) : double.MaxValue;
        var now = (Number(counter.Groups["start"]) + (Number(counter.Groups["rate"]) * time.TotalSeconds)) % range;
        return string.Create(CultureInfo.InvariantCulture, $"{(long)now:D15}");
    }

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<start>\d+) \+(?<rate>[\d.]+(e\d+)?)/s( %(?<range>\d+))?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CounterForm { get; }
}
