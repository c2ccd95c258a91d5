namespace Agent.Proxy;

/// <summary>
/// Takes a stream of server-sent events apart as its bytes come, in any split; lines end with LF or CRLF and may be
/// of any length.
/// </summary>
internal struct EventLines
{
    private Place _place;
    private int _matched;

    private enum Place
    {
        LineStart,
        AfterName,
        Data,
        Other,
    }

    private static ReadOnlySpan<byte> Name => "data:"u8;

    /// <summary>Takes the next bytes that are of one kind off the front. All bytes come out again, in their order.</summary>
    /// <param name="bytes">Not empty.</param>
    public EventPart Next(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> part)
    {
        var kind = _place switch
        {
            Place.LineStart => Start(bytes[0]),
            Place.AfterName => After(bytes[0]),
            _ => Line(bytes),
        };
        var length = kind.Length;
        part = bytes[..length];
        bytes = bytes[length..];
        return kind.Part;
    }

    private (EventPart Part, int Length) Start(byte next)
    {
        if (next == Name[_matched])
        {
            _matched++;
            _place = _matched == Name.Length ? Place.AfterName : Place.LineStart;
            return (EventPart.Other, 1);
        }

        if (next == '\n' && _matched == 0)
        {
            return (EventPart.End, 1);
        }

        var isBreak = next == '\n';
        var isReturn = next == '\r' && _matched == 0;
        _place = isBreak || isReturn ? Place.LineStart : Place.Other;
        _matched = 0;
        return (EventPart.Other, 1);
    }

    private (EventPart Part, int Length) After(byte next)
    {
        _place = Place.Data;
        return (EventPart.Other, next == ' ' ? 1 : 0);
    }

    private (EventPart Part, int Length) Line(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end == 0)
        {
            (_place, _matched) = (Place.LineStart, 0);
            return (EventPart.Other, 1);
        }

        return (_place == Place.Data ? EventPart.Data : EventPart.Other, end < 0 ? bytes.Length : end);
    }
}
