using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>Answers of <c>/v1/responses</c>: the response as an object, or events of which the last holds it.</summary>
internal sealed class ResponsesAnswer(string? contentType) : AnswerReader(Paths, contentType)
{
    private const int Model = 0;
    private const int Type = 1;
    private const int Status = 2;
    private const int Delta = 3;
    private const int Error = 4;
    private const int Prompt = 5;
    private const int Cached = 6;
    private const int Generated = 7;

    private const int LongestWord = 64;

    private static readonly JsonPick Paths = JsonPick.Tree(
        ("type", Type, LongestWord),
        ("delta", Delta, 0),
        ("error", Error, 0),
        ("model", Model, LongestName),
        ("status", Status, LongestWord),
        ("usage.input_tokens", Prompt, 0),
        ("usage.input_tokens_details.cached_tokens", Cached, 0),
        ("usage.output_tokens", Generated, 0),
        ("response.error", Error, 0),
        ("response.model", Model, LongestName),
        ("response.status", Status, LongestWord),
        ("response.usage.input_tokens", Prompt, 0),
        ("response.usage.input_tokens_details.cached_tokens", Cached, 0),
        ("response.usage.output_tokens", Generated, 0));

    private bool _isComplete;

    protected override bool IsComplete(bool isCut) => _isComplete;

    protected override void Read(JsonPicker document)
    {
        Note(document[Model], document[Delta].HasContent);
        var type = document[Type].Text;
        Failed |= document[Error].HasContent || document[Status].Text.SequenceEqual("failed"u8) || type.SequenceEqual("error"u8);
        _isComplete |= !IsStream || type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8);
        if (Count(document[Prompt]) is { } prompt && Count(document[Generated]) is { } generated)
        {
            Counted = new Usage
            {
                Quality = UsageQuality.Exact,
                Prompt = prompt,

                // Ollama up to 0.33 says 0 here whatever the cache held: a 0 tells nothing.
                Cached = Count(document[Cached]) is > 0 and var cached ? cached : null,
                Generated = generated,
            };
        }
    }
}
