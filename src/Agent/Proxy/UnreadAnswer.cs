namespace Agent.Proxy;

/// <summary>An answer whose body tells nothing: a refusal, or one in an encoding that is not read here.</summary>
internal sealed class UnreadAnswer : AnswerReader
{
    private static readonly JsonPick Nothing = JsonPick.Tree();

    public UnreadAnswer(string? contentType, bool isError)
        : base(Nothing, contentType) => Failed = isError;

    /// <summary>Nobody can tell: its end as HTTP has it must do.</summary>
    protected override bool IsComplete(bool isCut) => !isCut;

    protected override void Read(JsonPicker document)
    {
    }
}
