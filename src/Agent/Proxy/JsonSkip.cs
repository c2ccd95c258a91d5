using System.Buffers;

namespace Agent.Proxy;

/// <summary>Steps over an object or array that nobody wants, by its brackets and quotes alone.</summary>
internal struct JsonSkip
{
    private static readonly SearchValues<byte> Brackets = SearchValues.Create("\"{}[]"u8);

    private int _depth;
    private bool _inText;
    private bool _isEscaped;

    /// <summary>The first bracket has gone past.</summary>
    public static JsonSkip Begun => new() { _depth = 1 };

    /// <summary>The last bracket has gone past.</summary>
    public readonly bool Ended => _depth == 0;

    /// <summary>Takes some of the next bytes, and returns how many: at most up to the last bracket.</summary>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            return 1;
        }

        var at = _inText ? bytes.IndexOfAny((byte)'"', (byte)'\\') : bytes.IndexOfAny(Brackets);
        if (at < 0)
        {
            return bytes.Length;
        }

        switch (bytes[at])
        {
            case (byte)'"':
                _inText = !_inText;
                break;
            case (byte)'\\':
                _isEscaped = true;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            default:
                _depth--;
                break;
        }

        return at + 1;
    }
}
