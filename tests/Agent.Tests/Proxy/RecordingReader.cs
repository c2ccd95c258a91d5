using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Agent.Tests.Proxy;

/// <summary>Reads a recording; the README beside the recordings tells their form.</summary>
internal sealed partial class RecordingReader(string file)
{
    private const int ShownBefore = 3000;
    private const int ShownAfter = 1000;

    private readonly string[] _lines = File.ReadAllText(Path.Combine(RecordedExchange.Folder, file), Encoding.Latin1).Split('\n');
    private readonly List<RecordedExchange> _exchanges = [];
    private readonly HashSet<int> _open = [];
    private int _next;

    /// <summary>All its exchanges, in the order of their requests.</summary>
    public IReadOnlyList<RecordedExchange> Read()
    {
        while (_next < _lines.Length)
        {
            var line = _lines[_next++];
            if (RequestLine.Match(line) is { Success: true } request)
            {
                Begin(request);
            }
            else if (ReadLine.Match(line) is { Success: true } read)
            {
                Receive(read);
            }
            else if (EndLine.Match(line) is { Success: true } end)
            {
                End(end);
            }
            else if (LeftOutLine.IsMatch(line))
            {
                var index = Of(ReadLine.Match(_lines[_next]).Groups["title"].Value);
                _exchanges[index] = _exchanges[index] with { Shortened = true };
            }
        }

        return _exchanges;
    }

    private void Begin(Match line)
    {
        var sent = new List<string>();
        while (_lines[_next].StartsWith(">>> ", StringComparison.Ordinal))
        {
            sent.Add(_lines[_next++][4..]);
        }

        _open.Add(_exchanges.Count);
        _exchanges.Add(new RecordedExchange
        {
            File = file,
            Number = _exchanges.Count + 1,
            Title = line.Groups["title"].Value,
            Started = Seconds(line.Groups["t"].Value),
            Request = Encoding.Latin1.GetBytes(string.Join("\r\n", sent)),
            Reads = [],
            End = default,
            EndNote = "",
            Lasted = default,
            Shortened = false,
        });
    }

    private void Receive(Match line)
    {
        var index = Of(line.Groups["title"].Value);
        var (bytes, isWhole) = Body(int.Parse(line.Groups["size"].Value, CultureInfo.InvariantCulture));
        var exchange = _exchanges[index];
        _exchanges[index] = exchange with
        {
            Reads = [.. exchange.Reads, new(Seconds(line.Groups["dt"].Value), bytes)],
            Shortened = exchange.Shortened || !isWhole,
        };
    }

    private void End(Match line)
    {
        var index = Of(line.Groups["title"].Value);
        var note = line.Groups["note"].Value;
        _open.Remove(index);
        _exchanges[index] = _exchanges[index] with
        {
            End = note.Split(' ')[0] switch
            {
                "complete" => RecordedEnd.Complete,
                "EOF" => RecordedEnd.ServerClosed,
                "CLIENT" => RecordedEnd.ClientClosed,
                "TIMEOUT" => RecordedEnd.TimedOut,
                _ => throw new InvalidDataException($"{file}: an end of an unknown kind: {note}"),
            },
            EndNote = note,
            Lasted = Seconds(line.Groups["took"].Value),
        };
    }

    /// <summary>Which exchange a line belongs to: those that run side by side are named at each line, one that is alone is not.</summary>
    private int Of(string title) => title.Length == 0
        ? _open.Single()
        : _open.Single(index => (_exchanges[index].Title + ":").StartsWith(title + ":", StringComparison.Ordinal));

    /// <summary>A read's bytes. Of one that is cut in its middle, and cannot be restored, the whole chunks around the cut.</summary>
    private (byte[] Bytes, bool IsWhole) Body(int size)
    {
        var text = Text(line => CutLine.IsMatch(line) || EntryLine.IsMatch(line));
        if (!CutLine.IsMatch(_lines[_next]))
        {
            // A newline ends the text where none ends the bytes, and an empty line may come before the next entry.
            return (Encoding.Latin1.GetBytes(Refill(Bytes(text), size))[..size], true);
        }

        _next++;
        return Mend(Bytes(text[..ShownBefore]), Bytes(Text(EntryLine.IsMatch)[..ShownAfter]), size);
    }

    /// <summary>The lines up to the one that ends them.</summary>
    private string Text(Func<string, bool> isEnd)
    {
        var first = _next;
        while (!isEnd(_lines[_next]))
        {
            _next++;
        }

        return string.Concat(_lines[first.._next].Select(line => line + "\n"));
    }

    /// <summary>Paths of the recording machine were replaced by shorter ones: they get back their length.</summary>
    private static string Refill(string text, int size)
    {
        var isShort = text.Length < size;
        var bare = isShort && !text.EndsWith("\r\n", StringComparison.Ordinal) ? text.TrimEnd('\n') : text;
        return isShort ? PathInText.Replace(bare, path => path.Value.PadRight(path.Length + size - bare.Length, '_'), 1) : text;
    }

    private static string Bytes(string text) => text.Replace("\\r\\n\n", "\r\n", StringComparison.Ordinal);

    /// <summary>What is missing is restored where the text repeats itself before the cut, and after it goes on just so.</summary>
    private static (byte[] Bytes, bool IsWhole) Mend(string before, string after, int size)
    {
        const int Seen = 500;
        for (var period = 1; period <= 16; period++)
        {
            var filled = new StringBuilder(before);
            while (filled.Length < size - after.Length)
            {
                filled.Append(filled[^period]);
            }

            var text = filled.Append(after).ToString();
            var repeats = text[(before.Length - Seen)..(size - after.Length + Seen)];
            if (text.Length == size && repeats.AsSpan(period).SequenceEqual(repeats.AsSpan(0, repeats.Length - period)))
            {
                return (Encoding.Latin1.GetBytes(text), true);
            }
        }

        const string ChunkEnd = "\n\r\n";
        var kept = before[..(before.LastIndexOf(ChunkEnd, StringComparison.Ordinal) + ChunkEnd.Length)]
            + after[(after.IndexOf(ChunkEnd, StringComparison.Ordinal) + ChunkEnd.Length)..];
        return (Encoding.Latin1.GetBytes(kept), false);
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^### \[ *(?<t>[\d.]+)\] REQUEST (?<title>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequestLine { get; }

    [GeneratedRegex(@"^<<< \[ *[\d.]+ \+ *(?<dt>[\d.]+)\] (?<size>\d+) bytes( \((?<title>.+)\))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadLine { get; }

    [GeneratedRegex(@"^### \[ *[\d.]+\] END (?<title>.+): (?<note>(complete|EOF|CLIENT|TIMEOUT)[^:]*); \d+ bytes in (?<took>[\d.]+)s$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EndLine { get; }

    [GeneratedRegex(@"^\.\.\. \d+ recv\(\)s not shown", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeftOutLine { get; }

    [GeneratedRegex(@"^\.\.\.\(\d+ chars cut\)\.\.\.$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CutLine { get; }

    [GeneratedRegex("(<path>|/home/ollama)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathInText { get; }

    /// <summary>The first line that is none of a read's bytes any more.</summary>
    [GeneratedRegex(@"^(### \[|<<< \[|\.\.\. \d+ recv|    \[ps )", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EntryLine { get; }
}
