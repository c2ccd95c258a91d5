using System.IO.Compression;

namespace Agent.Recording;

/// <summary>The lines of a recording's file, unpacked where it is compressed.</summary>
internal sealed class RecordedLines : IDisposable
{
    /// <summary>Longest line, in bytes. The first holds what was kept of the run before, with a minute of requests perhaps; others are short.</summary>
    public const int Longest = 64 << 20;

    private const int FirstRoom = 64 * 1024;

    /// <summary>What a gzip file begins with (RFC 1952).</summary>
    private static ReadOnlySpan<byte> Compressed => [0x1f, 0x8b];

    private readonly Stream _file;
    private readonly Stream _in;
    private byte[] _room = new byte[FirstRoom];
    private int _from;
    private int _to;
    private bool _isOver;

    public RecordedLines(Stream file)
    {
        _file = file;
        Span<byte> begin = stackalloc byte[2];
        var isCompressed = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin.SequenceEqual(Compressed);
        file.Position = 0;
        _in = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>The line, without its end.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>From 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line has no end: the file was cut off, or is still being written.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Goes to the next line.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="InvalidDataException">The line is too long, or the file damaged.</exception>
    public bool MoveNext()
    {
        for (var looked = 0; ;)
        {
            var end = _room.AsSpan(_from + looked, _to - _from - looked).IndexOf((byte)'\n');
            if (end >= 0 || _isOver)
            {
                var length = end >= 0 ? looked + end : _to - _from;
                (Current, IsCut) = (_room.AsMemory(_from, length), end < 0);
                _from += length + (end >= 0 ? 1 : 0);
                Number += end >= 0 || length > 0 ? 1 : 0;
                return end >= 0 || length > 0;
            }

            looked = _to - _from;
            Fill();
        }
    }

    public void Dispose()
    {
        _in.Dispose();
        _file.Dispose();
    }

    private void Fill()
    {
        if (_from > 0)
        {
            _room.AsSpan(_from, _to - _from).CopyTo(_room);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _room.Length)
        {
            if (_room.Length >= Longest)
            {
                throw new InvalidDataException("longer than any line of a recording");
            }

            Array.Resize(ref _room, _room.Length * 2);
        }

        var read = Read(_room.AsSpan(_to));
        _to += read;
        _isOver = read == 0;
    }

    /// <summary>A compressed file that was cut off cannot be unpacked to its end: what is there ends there.</summary>
    private int Read(Span<byte> room)
    {
        try
        {
            return _in.Read(room);
        }
        catch (InvalidDataException) when (_file.Position == _file.Length)
        {
            return 0;
        }
    }
}
