using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>What became of one question to a runner.</summary>
internal abstract record RunnerReply
{
    private RunnerReply()
    {
    }

    /// <summary>It answered.</summary>
    /// <param name="At">When its slots answered.</param>
    public sealed record Answered(Moment At, RunnerAnswer Answer) : RunnerReply;

    /// <summary>Nothing usable came; the runner does what it did before.</summary>
    /// <param name="Reason">Why, as a sentence.</param>
    public sealed record Nothing(string Reason) : RunnerReply;
}
