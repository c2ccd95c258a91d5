namespace Agent.Proxy;

/// <summary>
/// Reads the JSON documents of an answer as its bytes go past: one, one a line, or one an event. Holds no more of
/// them than the wanted values.
/// </summary>
internal abstract class DocumentReader
{
    private const string Lines = "application/x-ndjson";
    private const string Events = "text/event-stream";

    private readonly JsonPicker _document;
    private readonly Action<ReadOnlySpan<byte>> _feed;
    private EventLines _lines;
    private int _doneMatched;

    /// <summary>A reader for an answer of that type.</summary>
    /// <param name="paths">What is wanted of each document.</param>
    /// <param name="contentType">As the answer's head has it.</param>
    protected DocumentReader(JsonPick paths, string? contentType)
    {
        _document = new(paths);
        var type = contentType.AsSpan();
        type = type[..(type.IndexOf(';') is var end and >= 0 ? end : type.Length)].Trim();
        IsStream = true;
        if (type.Equals(Lines, StringComparison.OrdinalIgnoreCase))
        {
            _feed = FeedLines;
        }
        else if (type.Equals(Events, StringComparison.OrdinalIgnoreCase))
        {
            _feed = FeedEvents;
        }
        else
        {
            IsStream = false;
            _feed = FeedOne;
        }
    }

    /// <summary>The answer comes in pieces.</summary>
    protected bool IsStream { get; }

    /// <summary>The stream said that it is over: <c>data: [DONE]</c>.</summary>
    protected bool SaidDone => _doneMatched == Done.Length;

    private static ReadOnlySpan<byte> Done => "[DONE]"u8;

    /// <summary>Takes the next bytes of the answer's body.</summary>
    public void Feed(ReadOnlySpan<byte> bytes) => _feed(bytes);

    /// <summary>A document is complete.</summary>
    protected abstract void Read(JsonPicker document);

    private void FeedOne(ReadOnlySpan<byte> bytes)
    {
        if (_document.Feed(bytes).Ended)
        {
            Read(_document);
        }
    }

    private void FeedLines(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is var end and >= 0)
        {
            FeedOne(bytes[..end]);
            _document.Reset();
            bytes = bytes[(end + 1)..];
        }

        FeedOne(bytes);
    }

    private void FeedEvents(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (_lines.Next(ref bytes, out var part))
            {
                case EventPart.Data:
                    MatchDone(part);
                    FeedOne(part);
                    break;
                case EventPart.End:
                    _document.Reset();
                    _doneMatched = SaidDone ? _doneMatched : 0;
                    break;
                default:
                    break;
            }
        }
    }

    private void MatchDone(ReadOnlySpan<byte> data)
    {
        foreach (var next in data)
        {
            if (_doneMatched < 0 || SaidDone)
            {
                return;
            }

            _doneMatched = next == Done[_doneMatched] ? _doneMatched + 1 : -1;
        }
    }
}
