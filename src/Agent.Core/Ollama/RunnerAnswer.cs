using System.Collections.Immutable;

namespace Agent.Core.Ollama;

/// <summary>What a runner answered to one poll.</summary>
public abstract record RunnerAnswer
{
    private RunnerAnswer()
    {
    }

    /// <summary>It is loading its model (503).</summary>
    public sealed record Loading : RunnerAnswer;

    /// <summary>It serves.</summary>
    /// <param name="Slots">Its slots; null where <c>/slots</c> is switched off.</param>
    /// <param name="Counters">Its counters; null where <c>/metrics</c> is switched off (501).</param>
    public sealed record Serving(ImmutableArray<RunnerSlot>? Slots, RunnerCounters? Counters) : RunnerAnswer;
}
