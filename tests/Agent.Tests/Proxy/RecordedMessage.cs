using System.Globalization;
using System.Text;

namespace Agent.Tests.Proxy;

/// <summary>A recorded HTTP message taken apart.</summary>
/// <param name="FirstLine">Request line or status line.</param>
/// <param name="Headers">In their order.</param>
/// <param name="BodyReads">The body's bytes, out of their chunks, as the reads brought them.</param>
/// <param name="Whole">The body ended as its framing says it does.</param>
/// <param name="Rest">What came after it.</param>
internal sealed record RecordedMessage(
    string FirstLine,
    IReadOnlyList<(string Name, string Value)> Headers,
    IReadOnlyList<RecordedRead> BodyReads,
    bool Whole,
    IReadOnlyList<RecordedRead> Rest)
{
    public int Status => int.Parse(FirstLine.Split(' ')[1], CultureInfo.InvariantCulture);

    public string? ContentType => this["Content-Type"];

    public byte[] Body => [.. BodyReads.SelectMany(read => read.Bytes)];

    /// <summary>A header's value; null where there is none.</summary>
    public string? this[string name] => Headers
        .Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(header => header.Value)
        .FirstOrDefault();

    /// <summary>Takes apart what the reads brought.</summary>
    /// <param name="isHead">The answer to a HEAD: no body, whatever its length says.</param>
    public static RecordedMessage Parse(IReadOnlyList<RecordedRead> reads, bool isHead)
    {
        var all = reads.SelectMany(read => read.Bytes).ToArray();
        var headEnd = all.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.Latin1.GetString(all, 0, headEnd < 0 ? all.Length : headEnd).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Select(pair => (pair[0], pair[^1].Trim())).ToList();
        var message = new RecordedMessage(lines[0], headers, [], Whole: true, []);
        var start = headEnd < 0 ? all.Length : headEnd + 4;

        var isAnswer = lines[0].StartsWith("HTTP/", StringComparison.Ordinal);
        var (body, end) = (isHead || (isAnswer && message.Status is < 200 or 204 or 304), message["Transfer-Encoding"], message["Content-Length"]) switch
        {
            (true, _, _) => ([], start),
            (_, "chunked", _) => Chunks(all, start),
            (_, _, { } length) => Ranges(start, start + int.Parse(length, CultureInfo.InvariantCulture)),
            _ => isAnswer ? Ranges(start, all.Length) : ([], start),
        };
        return message with
        {
            BodyReads = Cut(reads, body),
            Whole = headEnd >= 0 && end >= 0 && end <= all.Length,
            Rest = Cut(reads, end < 0 ? [] : [(end, all.Length)]),
        };
    }

    private static (List<(int From, int To)> Body, int End) Ranges(int from, int to) => ([(from, to)], to);

    /// <summary>Where the chunks' contents lie, and where the last one's trailer ends; -1 where that is missing.</summary>
    private static (List<(int From, int To)> Body, int End) Chunks(ReadOnlySpan<byte> bytes, int at)
    {
        var found = new List<(int From, int To)>();
        while (bytes[at..].IndexOf("\r\n"u8) is > 0 and var digits)
        {
            var size = int.Parse(bytes.Slice(at, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += digits + 2;
            if (size == 0)
            {
                return (found, at + 2);
            }

            found.Add((at, Math.Min(at + size, bytes.Length)));
            at = Math.Min(at + size + 2, bytes.Length);
        }

        return (found, -1);
    }

    /// <summary>Those bytes of the reads that lie in the ranges; reads without any are left out.</summary>
    private static List<RecordedRead> Cut(IReadOnlyList<RecordedRead> reads, List<(int From, int To)> ranges)
    {
        var cut = new List<RecordedRead>();
        var start = 0;
        foreach (var read in reads)
        {
            byte[] bytes = [.. ranges.SelectMany(range => Within(read.Bytes, range.From - start, range.To - start))];
            start += read.Bytes.Length;
            if (bytes.Length > 0)
            {
                cut.Add(read with { Bytes = bytes });
            }
        }

        return cut;
    }

    private static byte[] Within(byte[] bytes, int from, int to) =>
        bytes[Math.Clamp(from, 0, bytes.Length)..Math.Clamp(to, 0, bytes.Length)];
}
