using Agent.Core.Ollama;

namespace Agent.Proxy;

/// <summary>
/// Answers of <c>/api/generate</c> and <c>/api/chat</c>: an object with everything, or lines of which the last has
/// <c>done</c>.
/// </summary>
/// <remarks>Ollama leaves out what is zero: see its api/types.go, Metrics.</remarks>
internal sealed class NativeAnswer(string? contentType) : AnswerReader(Paths, contentType)
{
    private const int Model = 0;
    private const int Text = 1;
    private const int Done = 2;
    private const int DoneReason = 3;
    private const int Error = 4;
    private const int Elsewhere = 5;
    private const int Prompt = 6;
    private const int Cached = 7;
    private const int Generated = 8;
    private const int Total = 9;
    private const int Load = 10;
    private const int PromptEvaluation = 11;
    private const int Generation = 12;

    private const int LongestReason = 16;

    private static readonly JsonPick Paths = JsonPick.Tree(
        ("model", Model, LongestName),
        ("response", Text, 0),
        ("thinking", Text, 0),
        ("message.content", Text, 0),
        ("message.thinking", Text, 0),
        ("message.tool_calls", Text, 0),
        ("done", Done, 0),
        ("done_reason", DoneReason, LongestReason),
        ("error", Error, 0),
        ("remote_model", Elsewhere, 0),
        ("remote_host", Elsewhere, 0),
        ("prompt_eval_count", Prompt, 0),
        ("prompt_eval_cached_count", Cached, 0),
        ("eval_count", Generated, 0),
        ("total_duration", Total, 0),
        ("load_duration", Load, 0),
        ("prompt_eval_duration", PromptEvaluation, 0),
        ("eval_duration", Generation, 0));

    private bool _isDone;

    protected override bool IsComplete(bool isCut) => _isDone;

    protected override void Read(JsonPicker document)
    {
        Note(document[Model], document[Text].HasContent);
        Failed |= document[Error].HasContent;
        Remote |= document[Elsewhere].HasContent;
        if (document[Done].Truth == true)
        {
            _isDone = true;
            Counted = Final(document);
        }
    }

    private static Usage? Final(JsonPicker document)
    {
        var reason = document[DoneReason].Text;
        if (reason.SequenceEqual("load"u8) || reason.SequenceEqual("unload"u8))
        {
            return new Usage { Quality = UsageQuality.Exact, Prompt = 0, Generated = 0 };
        }

        var (prompt, generated) = (Count(document[Prompt]), Count(document[Generated]));
        if (prompt is null && generated is null)
        {
            return null; // an image, or an end that nobody counted
        }

        // Where the whole is timed, a part that is left out took no time.
        var leftOut = document[Total].Number is null ? (TimeSpan?)null : TimeSpan.Zero;
        return new Usage
        {
            Quality = UsageQuality.Exact,
            Prompt = prompt ?? 0,
            Cached = Count(document[Cached]),
            Generated = generated ?? 0,
            Load = Duration(document[Load]) ?? leftOut,
            PromptEvaluation = Duration(document[PromptEvaluation]) ?? leftOut,
            Generation = Duration(document[Generation]) ?? leftOut,
        };
    }
}
