using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <content>Who counts its tokens: it itself, or the log and the proxy where it cannot be read.</content>
public sealed partial record RunnerState
{
    /// <summary>Its tokens are read: by its counters, or its slots.</summary>
    public bool TokensAreRead => Runner.Unreadable is null && (HasCounters || !Slotless);

    /// <summary>While it could not be read, something else counted tokens of it.</summary>
    public bool CountedElsewhere { get; init; }

    /// <summary>Its tokens were read at some moment since then.</summary>
    public bool WasRead(Moment since) => TokensAreRead || (Serving is not null && LastAnswer > Started && LastAnswer > since);

    /// <summary>A task of this number was seen in one of its slots.</summary>
    public bool Saw(long task) => _tasks.Saw(task);

    /// <summary>The log told that one of its tasks is done.</summary>
    /// <returns>The runner after it, and what was not counted yet.</returns>
    public (RunnerState Next, ModelTotals Since) Logged(Moment at, TaskTimings timings)
    {
        var before = _tasks.Of(timings.Task);
        var (tasks, missing) = _tasks.Done(at, timings);
        var next = new RunnerState(this, _phases, _tokens, tasks);
        if (!HasCounters)
        {
            next = next with { CountedElsewhere = CountedElsewhere || !TokensAreRead };
            return (next, new ModelTotals { Tokens = missing, Source = TokensAreRead ? TokenSource.None : TokenSource.Journal });
        }

        // Its counters have it, unless it ended without being asked once more after the task.
        var isUncounted = Gone is not null && at > LastAnswer && (IsOpen(before) || at - timings.Took >= LastAnswer);
        if (!isUncounted || before.Settled)
        {
            return (next, ModelTotals.None);
        }

        // The counter of prompt tokens moves when the prompt is done: before that none of them is counted.
        var prompt = before.Tokens.Generated > 0 ? missing.Prompt : timings.PromptTokens;
        return (next, new ModelTotals { Tokens = missing with { Prompt = prompt } });
    }

    private static bool IsOpen(TaskProgress task) => task.Seen > default(Moment) && task.Over is null;
}
