using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>
/// Answers of <c>/v1/chat/completions</c>, <c>/v1/completions</c> and <c>/v1/embeddings</c>: an object, or events
/// up to <c>[DONE]</c>.
/// </summary>
internal sealed class OpenAIAnswer(string? contentType, bool embedding) : AnswerReader(Paths, contentType)
{
    private const int Model = 0;
    private const int Text = 1;
    private const int Choices = 2;
    private const int Error = 3;
    private const int Prompt = 4;
    private const int Cached = 5;
    private const int Generated = 6;

    private static readonly JsonPick Paths = JsonPick.Tree(
        ("model", Model, LongestName),
        ("choices", Choices, 0),
        ("choices.text", Text, 0),
        ("choices.delta.content", Text, 0),
        ("choices.delta.reasoning", Text, 0),
        ("choices.delta.reasoning_content", Text, 0),
        ("choices.delta.tool_calls", Text, 0),
        ("error", Error, 0),
        ("usage.prompt_tokens", Prompt, 0),
        ("usage.prompt_tokens_details.cached_tokens", Cached, 0),
        ("usage.completion_tokens", Generated, 0));

    private bool _isRead;

    protected override bool IsComplete(bool isCut) => IsStream ? SaidDone : _isRead;

    protected override void Read(JsonPicker document)
    {
        _isRead = true;
        Note(document[Model], document[Text].HasContent);
        Failed |= document[Error].HasContent;

        var (prompt, generated) = (Count(document[Prompt]), embedding ? 0 : Count(document[Generated]));

        // A stream of completions that was asked for its usage has a zero one in every chunk, the true one in one without choices.
        var isFiller = IsStream && document[Choices].HasContent && (prompt, generated) is (0, 0);
        if (prompt is not null && generated is not null && !isFiller)
        {
            Counted = new Usage
            {
                Quality = UsageQuality.Exact,
                Prompt = prompt,
                Cached = Count(document[Cached]),
                Generated = generated,
            };
        }
    }
}
