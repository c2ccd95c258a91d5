using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>Answers of <c>/v1/messages</c>: the message as an object, or events up to <c>message_stop</c>.</summary>
/// <remarks>The usage of <c>message_start</c> is a guess by the request's length; that of <c>message_delta</c> is counted.</remarks>
internal sealed class MessagesAnswer(string? contentType) : AnswerReader(Paths, contentType)
{
    private const int Model = 0;
    private const int Type = 1;
    private const int Text = 2;
    private const int Input = 3;
    private const int CacheRead = 4;
    private const int CacheWritten = 5;
    private const int Output = 6;

    private const int LongestType = 32;

    private static readonly JsonPick Paths = JsonPick.Tree(
        ("type", Type, LongestType),
        ("model", Model, LongestName),
        ("message.model", Model, LongestName),
        ("delta.text", Text, 0),
        ("delta.thinking", Text, 0),
        ("delta.partial_json", Text, 0),
        ("usage.input_tokens", Input, 0),
        ("usage.cache_read_input_tokens", CacheRead, 0),
        ("usage.cache_creation_input_tokens", CacheWritten, 0),
        ("usage.output_tokens", Output, 0));

    private bool _isComplete;

    protected override bool IsComplete(bool isCut) => _isComplete;

    protected override void Read(JsonPicker document)
    {
        Note(document[Model], document[Text].HasContent);
        var type = document[Type].Text;
        Failed |= type.SequenceEqual("error"u8);
        _isComplete |= !IsStream || type.SequenceEqual("message_stop"u8);
        if (Count(document[Output]) is { } output)
        {
            var cached = Count(document[CacheRead]);
            Counted = new Usage
            {
                Quality = UsageQuality.Exact,

                // Unlike everywhere else the input is what no cache had a part in.
                Prompt = Count(document[Input]) + (cached ?? 0) + (Count(document[CacheWritten]) ?? 0),
                Cached = cached,
                Generated = output,
            };
        }
    }
}
