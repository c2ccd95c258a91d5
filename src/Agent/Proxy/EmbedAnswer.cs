using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>Answers of <c>/api/embed</c>, and of the old <c>/api/embeddings</c>, which tells no count.</summary>
internal sealed class EmbedAnswer(string? contentType) : AnswerReader(Paths, contentType)
{
    private const int Model = 0;
    private const int Error = 1;
    private const int Prompt = 2;
    private const int Total = 3;
    private const int Load = 4;

    private static readonly JsonPick Paths = JsonPick.Tree(
        ("model", Model, LongestName),
        ("error", Error, 0),
        ("prompt_eval_count", Prompt, 0),
        ("total_duration", Total, 0),
        ("load_duration", Load, 0));

    private bool _isRead;

    protected override bool IsComplete(bool isCut) => _isRead;

    protected override void Read(JsonPicker document)
    {
        _isRead = true;
        Note(document[Model], hasText: false);
        Failed |= document[Error].HasContent;

        // Where nothing was to be embedded Ollama leaves out the count, the times, and all but the name.
        var nothing = document[Model].HasContent && document[Total].Number is null ? 0 : (long?)null;
        if ((Count(document[Prompt]) ?? nothing) is { } prompt)
        {
            Counted = new Usage
            {
                Quality = UsageQuality.Exact,
                Prompt = prompt,
                Generated = 0,
                Load = Duration(document[Load]),
            };
        }
    }
}
