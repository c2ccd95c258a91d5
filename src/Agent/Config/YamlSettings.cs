using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Agent.Config;

/// <summary>The settings of a YAML text, each with its line.</summary>
/// <remarks>
/// Read from the parser's events, not from its tree of nodes: the tree is built by recursion, which a deeply nested text ends
/// with a stack overflow, and it stops at the first key that stands twice.
/// </remarks>
internal sealed class YamlSettings
{
    /// <summary>Sections go three deep; the parser's time grows with the square of the depth.</summary>
    private const int Deepest = 32;

    private readonly List<string> _problems = [];
    private readonly List<Setting> _settings = [];
    private readonly string _file;
    private readonly Parser _parser;

    private readonly IKeyTable _keys;

    private YamlSettings(string file, string text, IKeyTable keys) => (_file, _keys, _parser) = (file, keys, new Parser(new StringReader(text)));

    /// <summary>Reads all of it; past a fault of syntax nothing more can be read.</summary>
    public static (IReadOnlyList<Setting> Settings, IReadOnlyList<string> Problems) Read(string file, string text, IKeyTable keys)
    {
        var yaml = new YamlSettings(file, text, keys);
        try
        {
            yaml.ReadStream();
        }
        catch (YamlException failure)
        {
            yaml._problems.Add($"{yaml.Origin(failure.Start)}: no valid YAML: {(failure.InnerException ?? failure).Message}");
        }
        catch (Exception failure) when (failure is InvalidOperationException or EndOfStreamException or ArgumentException)
        {
            // What the parser throws for a few faults instead: behind a document's end, a tab before a colon, a tag that is no URI.
            yaml._problems.Add($"{file}: no valid YAML: {failure.Message}");
        }

        return (yaml._settings, yaml._problems);
    }

    private void ReadStream()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return;
        }

        if (_parser.TryConsume<MappingStart>(out var root))
        {
            RefuseMarks("", root, Origin(root.Start));
            ReadSection("");
        }
        else if (!(_parser.TryConsume<Scalar>(out var text) && text is { Value: "", Style: ScalarStyle.Plain }))
        {
            _problems.Add($"{Origin((text ?? _parser.Current!).Start)}: must hold keys and values");
            return;
        }

        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _problems.Add($"{Origin(second.Start)}: a second document: there can be one only");
        }
    }

    private void ReadSection(string path)
    {
        var lines = new Dictionary<string, long>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var name))
            {
                _problems.Add($"{Origin(_parser.Current!.Start)}: a key must be a single word");
                Skip();
                Skip();
                continue;
            }

            var key = path.Length == 0 ? name.Value : $"{path}.{name.Value}";
            var origin = Origin(name.Start);
            if (!lines.TryAdd(name.Value, name.Start.Line))
            {
                _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{origin}: {key}: stands already in line {lines[name.Value]}"));
            }

            RefuseMarks(key, name, origin);
            if (name.Value.Contains('.', StringComparison.Ordinal) && !_keys.IsMap(path))
            {
                _problems.Add($"{origin}: {key}: there is no such key; sections are written as lines of their own");
                Skip();
                continue;
            }

            ReadValue(key, origin);
        }
    }

    private void ReadValue(string key, string origin)
    {
        RefuseMarks(key, _parser.Current!, origin);
        if (_keys.IsList(key) && _parser.TryConsume<SequenceStart>(out _))
        {
            ReadList(key);
            return;
        }

        var known = _keys.Named(key);
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            var isNull = scalar is { Style: ScalarStyle.Plain, Value: "" or "null" or "~" };
            if (!isNull || (!_keys.IsSection(key) && !_keys.IsList(key) && known is null or { IsMap: true }))
            {
                _settings.Add(new Setting(key, isNull ? null : scalar.Value, origin));
            }

            return; // a section or key without a value is as its default
        }

        if (_keys.IsSection(key) && _parser.TryConsume<MappingStart>(out _))
        {
            ReadSection(key);
            return;
        }

        if (known is null)
        {
            _settings.Add(new Setting(key, "", origin));
        }
        else if (_parser.Current is not AnchorAlias)
        {
            _problems.Add($"{origin}: {key}: must be a single value");
        }

        Skip();
    }

    /// <summary>The entries of a list, each a setting with its own line.</summary>
    private void ReadList(string key)
    {
        for (var place = 0; !_parser.TryConsume<SequenceEnd>(out _); place++)
        {
            var entry = string.Create(CultureInfo.InvariantCulture, $"{key}.{place}");
            var origin = Origin(_parser.Current!.Start);
            RefuseMarks(entry, _parser.Current, origin);
            if (_parser.TryConsume<Scalar>(out var scalar))
            {
                _settings.Add(new Setting(entry, scalar.Value, origin));
                continue;
            }

            if (_parser.Current is not AnchorAlias)
            {
                _problems.Add($"{origin}: {entry}: must be a single value");
            }

            Skip();
        }
    }

    /// <summary>Passes over a value that is none, with all below it.</summary>
    private void Skip()
    {
        var depth = 0;
        do
        {
            var node = _parser.Consume<ParsingEvent>();
            depth += node.NestingIncrease;
            if (depth > Deepest)
            {
                throw new YamlException(node.Start, node.End, "nested too deeply");
            }
        }
        while (depth > 0);
    }

    /// <summary>What YAML can do and a configuration needs not: each would make a value mean something it does not show.</summary>
    private void RefuseMarks(string key, ParsingEvent node, string origin)
    {
        if (node is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false })
        {
            _problems.Add($"{origin}: {key}: anchors, aliases and tags (&, *, !) are not used here; quote the value if it begins so");
        }
    }

    private string Origin(Mark mark) => string.Create(CultureInfo.InvariantCulture, $"{_file}:{mark.Line}");
}
