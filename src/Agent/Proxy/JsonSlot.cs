using System.Text;

namespace Agent.Proxy;

/// <summary>What was found at a wanted place of a document. The last one counts, as in Go; a null changes nothing.</summary>
internal sealed class JsonSlot
{
    private byte[]? _text;
    private int _length;

    /// <summary>Null where there was no true or false.</summary>
    public bool? Truth { get; private set; }

    /// <summary>Null where there was no whole number.</summary>
    public long? Number { get; private set; }

    /// <summary>There was a text, perhaps an empty one, and all of it was kept.</summary>
    public bool HasText { get; private set; }

    /// <summary>There was a text of some length or an object, perhaps within an array.</summary>
    public bool HasContent { get; private set; }

    /// <summary>
    /// Where the member begins: the comma before its name, or the brace. Counted from the document's first byte;
    /// members of the root only.
    /// </summary>
    public long From { get; private set; } = -1;

    /// <summary>Where it ends: after its value.</summary>
    public long To { get; private set; } = -1;

    /// <summary>The kept text, without escapes.</summary>
    public ReadOnlySpan<byte> Text => HasText ? _text.AsSpan(0, _length) : default;

    public string? NonEmptyText => HasText && _length > 0 ? Encoding.UTF8.GetString(Text) : null;

    public void Clear()
    {
        Truth = null;
        Number = null;
        HasText = false;
        HasContent = false;
        (From, To) = (-1, -1);
    }

    public void MarkContent() => HasContent = true;

    public void Place(long from, long to) => (From, To) = (from, to);

    public void Set(bool truth) => Truth = truth;

    public void Set(long number) => Number = number;

    /// <summary>Keeps a text; one that was too long is as none.</summary>
    /// <param name="length">As written, with its escapes.</param>
    /// <param name="room">Most bytes ever kept.</param>
    public void Set(ReadOnlySpan<byte> text, long length, int room)
    {
        HasContent |= length > 0;
        HasText = room > 0 && length <= room;
        if (HasText)
        {
            _text ??= new byte[room];
            text.CopyTo(_text);
            _length = text.Length;
        }
    }
}
