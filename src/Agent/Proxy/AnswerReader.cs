using Agent.Core.Ollama;
using Agent.Ollama;

namespace Agent.Proxy;

/// <summary>
/// Reads an answer of an inference route as its bytes go past: live how many pieces of text there were, at its end
/// what it used. Of the answer's text nothing is kept.
/// </summary>
internal abstract class AnswerReader(JsonPick paths, string? contentType) : DocumentReader(paths, contentType)
{
    /// <summary>Longest model name that is taken for one, in bytes.</summary>
    protected const int LongestName = JsonToken.Room;

    private string? _model;

    /// <summary>Pieces of text that went past so far: about one token each. An answer that comes whole has none.</summary>
    public long Pieces { get; private set; }

    /// <summary>Ollama's final counts; null until they were seen.</summary>
    protected Usage? Counted { get; set; }

    /// <summary>The answer told of an error.</summary>
    protected bool Failed { get; set; }

    protected bool Remote { get; set; }

    /// <summary>A reader for an answer.</summary>
    /// <param name="route">A route that is answered with tokens: not a pull.</param>
    /// <param name="status">The answer's status code.</param>
    /// <param name="contentType">As its head has it; null where it has none.</param>
    /// <param name="contentEncoding">The same. Ollama never encodes its answers; of one that is, nothing can be read.</param>
    public static AnswerReader Create(Route route, int status, string? contentType, string? contentEncoding = null) =>
        (route.Kind, status is < 200 or >= 300, contentEncoding is null or "" or "identity") switch
        {
            (_, true, _) => new UnreadAnswer(contentType, isError: true),
            (_, _, false) => new UnreadAnswer(contentType, isError: false),
            (RouteKind.Generate or RouteKind.Chat, _, _) => new NativeAnswer(contentType),
            (RouteKind.Embed or RouteKind.Embeddings, _, _) => new EmbedAnswer(contentType),
            (RouteKind.OpenAIChat or RouteKind.OpenAICompletions or RouteKind.OpenAIEmbeddings, _, _) =>
                new OpenAIAnswer(contentType, route.Embedding),
            (RouteKind.Responses, _, _) => new ResponsesAnswer(contentType),
            (RouteKind.Messages, _, _) => new MessagesAnswer(contentType),
            _ => throw new ArgumentOutOfRangeException(nameof(route), route, "A pull has a reader of its own."),
        };

    /// <summary>Nothing more will come.</summary>
    /// <param name="clientLeft">The client went away before the answer's end.</param>
    /// <param name="upstreamBroke">Ollama's connection ended before the answer's end.</param>
    public AnswerEnd Finish(bool clientLeft, bool upstreamBroke)
    {
        var outcome = (Failed, IsComplete(isCut: clientLeft || upstreamBroke), clientLeft) switch
        {
            (true, _, _) => RequestOutcome.Error,
            (_, true, _) => RequestOutcome.Ok,
            (_, _, true) => RequestOutcome.Aborted,
            _ => RequestOutcome.Error,
        };
        var usage = Counted
            ?? (Pieces > 0 ? new Usage { Quality = UsageQuality.Estimated, Generated = Pieces } : Usage.Missing);
        return new(outcome, usage, Remote, _model is null ? null : ModelName.Asked(_model));
    }

    /// <summary>The answer's last message was seen.</summary>
    /// <param name="isCut">Its connection ended before the answer did, as HTTP has it.</param>
    protected abstract bool IsComplete(bool isCut);

    /// <summary>Notes what a document has that every kind of them may have.</summary>
    /// <param name="hasText">It brought a piece of the answer's text.</param>
    protected void Note(JsonSlot model, bool hasText)
    {
        _model ??= model.NonEmptyText;
        Pieces += hasText && IsStream ? 1 : 0;
    }

    /// <summary>A count of tokens; null where there is none or no sensible one.</summary>
    protected static long? Count(JsonSlot slot) => slot.Number is >= 0 and var count ? count : null;

    /// <summary>A duration, which Ollama tells in nanoseconds; null where there is none or no sensible one.</summary>
    protected static TimeSpan? Duration(JsonSlot slot) =>
        Count(slot) is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;
}
