using System.Buffers;
using System.Buffers.Text;

namespace Agent.Proxy;

/// <summary>
/// Picks a few small values out of one JSON object as its bytes go past, in any split and of any size: <c>Utf8JsonReader</c>
/// wants a whole token in memory, and a token may be megabytes here. Reads what Go's decoder reads: the first object, its
/// names in any case. What is not wanted is stepped over by its brackets and quotes alone.
/// </summary>
internal sealed class JsonPicker(JsonPick root)
{
    /// <summary>Deepest nesting on the way to a wanted value; below that nothing is found.</summary>
    private const int MaxDepth = 12;

    private static readonly SearchValues<byte> EndsOfScalar = SearchValues.Create(",]} \t\r\n"u8);

    private readonly JsonSlot[] _slots = [.. Enumerable.Range(0, root.Slots).Select(_ => new JsonSlot())];
    private readonly (JsonPick Pick, bool IsArray)[] _open = new (JsonPick, bool)[MaxDepth];
    private JsonToken _token = new();
    private State _state;
    private int _depth = -1;
    private JsonPick? _value;
    private bool _isName;
    private JsonSkip _skip;
    private long _at;
    private long _memberAt;

    private enum State
    {
        Value,
        FirstElement,
        FirstName,
        Name,
        Colon,
        AfterValue,
        Text,
        Scalar,
        Skipped,
        Ended,
        Broken,
    }

    /// <summary>The object is closed.</summary>
    public bool Ended => _state == State.Ended;

    /// <summary>It is no JSON object.</summary>
    public bool Broken => _state == State.Broken;

    /// <summary>What was found so far.</summary>
    public JsonSlot this[int slot] => _slots[slot];

    /// <summary>Makes ready for another document.</summary>
    public void Reset()
    {
        (_state, _depth, _value, _at, _memberAt) = (State.Value, -1, null, 0, 0);
        foreach (var slot in _slots)
        {
            slot.Clear();
        }
    }

    /// <summary>Takes the next bytes; those behind the document's end are left alone.</summary>
    /// <returns>The document ended in these bytes, and how many of them it took.</returns>
    public (bool Ended, int Taken) Feed(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length && _state < State.Ended)
        {
            var step = Step(bytes[taken..]);
            taken += step;
            _at += step;
            if (_state == State.Ended)
            {
                return (true, taken);
            }
        }

        return (false, taken);
    }

    private int Step(ReadOnlySpan<byte> bytes) => _state switch
    {
        State.Text => Text(bytes),
        State.Scalar => Scalar(bytes),
        State.Skipped => Skip(bytes),
        _ => Structure(bytes[0]),
    };

    private int Structure(byte next)
    {
        if (next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            return 1;
        }

        _state = (_state, next) switch
        {
            (State.FirstElement, (byte)']') => Close(),
            (State.Value or State.FirstElement, _) => Begin(next),
            (State.FirstName, (byte)'}') => Close(),
            (State.FirstName or State.Name, (byte)'"') => BeginText(isName: true),
            (State.Colon, (byte)':') => State.Value,
            (State.AfterValue, (byte)',') => Comma(),
            (State.AfterValue, (byte)']') when _open[_depth].IsArray => Close(),
            (State.AfterValue, (byte)'}') when !_open[_depth].IsArray => Close(),
            _ => State.Broken,
        };
        return 1;
    }

    private State Begin(byte next)
    {
        if (_depth < 0)
        {
            _value = root;
            return next == '{' ? Open(isArray: false) : State.Broken;
        }

        switch (next)
        {
            case (byte)'"':
                return BeginText(isName: false);
            case (byte)'{' or (byte)'[':
                return Open(isArray: next == '[');
            case >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n':
                _token.Begin(isKept: _value is { Slot: >= 0 });
                _token.Add([next]);
                return State.Scalar;
            default:
                return State.Broken;
        }
    }

    private State Open(bool isArray)
    {
        if (_value is { Slot: >= 0 } && !isArray)
        {
            _slots[_value.Slot].MarkContent();
        }

        if (_value is null || _depth + 1 == MaxDepth || !(isArray || _value.LeadsOn))
        {
            _skip = JsonSkip.Begun;
            return State.Skipped;
        }

        _open[++_depth] = (_value, isArray);
        _memberAt = _depth == 0 ? _at : _memberAt;
        return isArray ? State.FirstElement : State.FirstName;
    }

    private State Close()
    {
        var closed = _open[_depth--].Pick;
        if (_depth < 0)
        {
            return State.Ended;
        }

        ValueEnded(closed, taken: 1);
        return _state;
    }

    private State Comma()
    {
        _memberAt = _depth == 0 ? _at : _memberAt;
        _value = _open[_depth].Pick; // an array's next element; an object's next member says itself what it is
        return _open[_depth].IsArray ? State.Value : State.Name;
    }

    private State BeginText(bool isName)
    {
        _isName = isName;
        _token.Begin(isKept: isName || _value is { Keep: > 0 });
        return State.Text;
    }

    private int Text(ReadOnlySpan<byte> bytes)
    {
        var (taken, ended) = _token.AddText(bytes);
        if (ended && _isName)
        {
            _value = _open[_depth].Pick.Member(_token.Text(JsonToken.Room));
            _state = State.Colon;
        }
        else if (ended)
        {
            if (_value is { Slot: >= 0 })
            {
                _slots[_value.Slot].Set(_token.Text(_value.Keep), _token.Length, _value.Keep);
            }

            ValueEnded(_value, taken);
        }

        return taken;
    }

    private int Scalar(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny(EndsOfScalar);
        _token.Add(end < 0 ? bytes : bytes[..end]);
        if (end < 0)
        {
            return bytes.Length;
        }

        var text = _token.Text(JsonToken.Room);
        if (_value is { Slot: >= 0 })
        {
            if (text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8))
            {
                _slots[_value.Slot].Set(text[0] == 't');
            }
            else if (Utf8Parser.TryParse(text, out long number, out var read) && read == text.Length)
            {
                _slots[_value.Slot].Set(number);
            }
        }

        ValueEnded(_value, end);
        return end;
    }

    private int Skip(ReadOnlySpan<byte> bytes)
    {
        var taken = _skip.Feed(bytes);
        if (_skip.Ended)
        {
            ValueEnded(_value, taken);
        }

        return taken;
    }

    /// <summary>A value is complete.</summary>
    /// <param name="taken">Bytes of this step up to the value's end.</param>
    private void ValueEnded(JsonPick? value, int taken)
    {
        if (_depth == 0 && value is { Slot: >= 0 })
        {
            _slots[value.Slot].Place(_memberAt, _at + taken);
        }

        _state = State.AfterValue;
    }
}
