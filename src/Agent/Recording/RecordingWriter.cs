using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Agent.Core.Attribution;

namespace Agent.Recording;

/// <summary>A recording being written: a header, then an event a line. Lines are kept back until they are flushed.</summary>
/// <param name="file">Where it goes; closed with this.</param>
/// <param name="name">How the file is called; as gzip where that says so.</param>
/// <param name="largest">The most bytes it may have.</param>
internal sealed class RecordingWriter(Stream file, string name, long largest = RecordingWriter.UsualLargest) : IDisposable
{
    /// <summary>Unless it is told otherwise: a day or two of a machine with two GPUs at work, compressed some ten days.</summary>
    public const long UsualLargest = 1L << 30;

    /// <summary>Most bytes kept back; a tick has a few thousand.</summary>
    private const int MostKept = 1 << 20;

    /// <summary>What compressing may add to a megabyte where there is nothing to gain, and at the end.</summary>
    private const int CompressionCost = 4096;

    private readonly GZipStream? _packed = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : null;
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null);

    public string Name => name;

    public void Begin(RecordingHeader header)
    {
        _json.Reset(_kept);
        JsonSerializer.Serialize(_json, header, RecordingJson.Header);
        _kept.Write("\n"u8);
        Flush();
    }

    /// <summary>Adds an event.</summary>
    /// <returns>False where the file would be too large with it: then it is not added.</returns>
    public bool Add(LedgerEvent entry)
    {
        var before = _kept.WrittenCount;
        _json.Reset(_kept);
        JsonSerializer.Serialize(_json, entry, RecordingJson.Event);
        _kept.Write("\n"u8);
        var fits = file.Position + _kept.WrittenCount + (_packed is null ? 0 : CompressionCost) <= largest;
        if (!fits || _kept.WrittenCount > MostKept)
        {
            Flush(fits ? _kept.WrittenCount : before);
        }

        return fits;
    }

    /// <summary>Gives what was kept back to the system: it outlives this process then.</summary>
    public void Flush() => Flush(_kept.WrittenCount);

    public void Dispose()
    {
        _json.Dispose();
        try
        {
            _packed?.Dispose();
        }
        finally
        {
            file.Dispose();
        }
    }

    private void Flush(int length)
    {
        var to = _packed ?? file;
        to.Write(_kept.WrittenSpan[..length]);
        to.Flush();
        _kept.ResetWrittenCount();
    }
}
