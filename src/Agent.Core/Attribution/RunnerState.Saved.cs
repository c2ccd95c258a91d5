using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <content>What outlives the agent.</content>
public sealed partial record RunnerState
{
    /// <summary>What is to be kept of it.</summary>
    /// <param name="oldest">All energy before it is booked.</param>
    public SavedRunner Save(Moment oldest)
    {
        var (counters, highest) = _tokens.Save();
        return new SavedRunner(
            Runner,
            Model,
            BornSeen,
            Started,
            LastSeen,
            LastAnswer,
            Serving,
            Gone,
            HasCounters,
            Slotless,
            EmbedsOnly,
            CountedElsewhere,
            counters,
            highest,
            _phases.Save(),
            _tasks.Save(),
            Gpus,
            [.. Spans.Where(span => span.To > oldest)]);
    }

    /// <summary>The runner as it was seen last. Whether it still lives is known when it is found again.</summary>
    public static RunnerState Restored(SavedRunner saved) => new(saved);

    private RunnerState(SavedRunner saved)
    {
        Runner = saved.Runner;
        Model = saved.Model;
        BornSeen = saved is { BornSeen: true, Serving: not null }; // a load that was not seen to its end is not counted
        Started = saved.Started;
        LastSeen = saved.LastSeen;
        LastAnswer = saved.LastAnswer;
        Serving = saved.Serving;
        Gone = saved.Gone ?? saved.LastSeen;
        HasCounters = saved.HasCounters;
        Slotless = saved.Slotless;
        EmbedsOnly = saved.EmbedsOnly;
        CountedElsewhere = saved.CountedElsewhere;
        _tokens = TokenMeter.Restored(saved.Counters, saved.Highest);
        _phases = RunnerPhases.Restored(saved.Phases);
        _tasks = TaskBook.Restored(saved.Tasks);
        Gpus = saved.Gpus;
        Spans = [.. saved.Spans];
    }
}
