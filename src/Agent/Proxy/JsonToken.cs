namespace Agent.Proxy;

/// <summary>A text, number or word of JSON as its bytes come, of which the first ones are kept.</summary>
internal struct JsonToken()
{
    /// <summary>Most bytes kept, as written.</summary>
    public const int Room = 512;

    private readonly byte[] _kept = new byte[Room];
    private bool _isKept;
    private bool _isEscaped;
    private bool _hasEscapes;

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Makes ready for another token.</summary>
    /// <param name="isKept">False: only its length is wanted.</param>
    public void Begin(bool isKept) => (_isKept, _isEscaped, _hasEscapes, Length) = (isKept, false, false, 0);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_isKept && Length < Room)
        {
            bytes[..(int)Math.Min(Room - Length, bytes.Length)].CopyTo(_kept.AsSpan((int)Length));
        }

        Length += bytes.Length;
    }

    /// <summary>Takes bytes of a text up to its closing quote.</summary>
    /// <returns>How many it took, the quote among them, and whether that was there.</returns>
    public (int Taken, bool Ended) AddText(ReadOnlySpan<byte> bytes)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            Add(bytes[..1]);
            return (1, false);
        }

        var end = bytes.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0)
        {
            Add(bytes);
            return (bytes.Length, false);
        }

        var isQuote = bytes[end] == '"';
        Add(bytes[..(isQuote ? end : end + 1)]);
        _isEscaped = !isQuote;
        _hasEscapes |= _isEscaped;
        return (end + 1, isQuote);
    }

    /// <summary>What was kept, without escapes; empty where it is longer than <paramref name="most"/>.</summary>
    public readonly ReadOnlySpan<byte> Text(int most)
    {
        if (!_isKept || Length > Math.Min(most, Room))
        {
            return default;
        }

        var text = _kept.AsSpan(0, (int)Length);
        return _hasEscapes ? text[..JsonText.Unescape(text)] : text;
    }
}
