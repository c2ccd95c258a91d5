using System.Collections.Immutable;

namespace Agent.Core.Ollama;

/// <summary>Counts a runner's tokens task by task, from its slots, and corrects them by the log.</summary>
/// <remarks>
/// A slot shows a task's tokens while it runs, and zero when it is done: what came between the last look and the end is
/// missing until the log tells the task's total. So without the log this is a lower bound: no more than a poll's worth of
/// tokens a task is missing.
/// </remarks>
public sealed record TaskBook
{
    /// <summary>Most tasks remembered once they are done; their log lines come within a second.</summary>
    private const int MostDone = 256;

    private readonly ImmutableSortedDictionary<long, TaskProgress> _tasks = ImmutableSortedDictionary<long, TaskProgress>.Empty;
    private readonly bool _countFirst;
    private readonly bool _seen;

    private TaskBook(bool countFirst) => _countFirst = countFirst;

    private TaskBook(TaskBook before, ImmutableSortedDictionary<long, TaskProgress> tasks)
        : this(before)
    {
        _tasks = tasks;
        _seen = true;
    }

    /// <summary>For a runner whose whole life is seen.</summary>
    public static TaskBook FromBirth { get; } = new(countFirst: true);

    /// <summary>For a runner that was there before: what its running tasks did so far is not ours.</summary>
    public static TaskBook FromNowOn { get; } = new(countFirst: false);

    /// <summary>Takes a look at the slots in.</summary>
    /// <returns>The book after it, and the tokens since the last look.</returns>
    public (TaskBook Next, TokenCounts Tokens) Read(ImmutableArray<RunnerSlot> slots)
    {
        var tasks = _tasks;
        var sum = default(TokenCounts);
        foreach (var (number, progress) in _tasks)
        {
            if (progress.Open && !slots.Any(slot => slot.Busy && slot.Task == number))
            {
                tasks = tasks.SetItem(number, progress with { Open = false });
            }
        }

        for (var i = 0; i < slots.Length; i++)
        {
            var slot = slots[i];
            if (!slot.Busy)
            {
                continue;
            }

            // Without a number, the task is what runs in this slot as long as its tokens grow.
            var number = slot.Task ?? -1 - i;
            var now = new TokenCounts(slot.Prompt, slot.Cached, slot.Decoded);
            var before = tasks.GetValueOrDefault(number);
            before = slot.Task is null && slot.Decoded < before.Tokens.Generated ? default : before;
            if (_seen || _countFirst)
            {
                sum += (now - before.Tokens).Max(default);
            }

            tasks = tasks.SetItem(number, new TaskProgress(now.Max(before.Tokens), Open: true, before.Logged));
        }

        return (new TaskBook(this, Trim(tasks)), sum);
    }

    /// <summary>Takes in what the log tells of a task that is done.</summary>
    /// <returns>The book after it, and the tokens that were not counted yet.</returns>
    public (TaskBook Next, TokenCounts Tokens) Done(TaskTimings timings)
    {
        var known = _tasks.GetValueOrDefault(timings.Task);
        if (known.Logged)
        {
            return (this, default);
        }

        var total = new TokenCounts(timings.PromptTokens, known.Tokens.Cached, timings.GeneratedTokens);
        var done = new TaskProgress(total.Max(known.Tokens), known.Open, Logged: true);
        return (new TaskBook(this, Trim(_tasks.SetItem(timings.Task, done))), (total - known.Tokens).Max(default));
    }

    /// <summary>A task of this number was seen in a slot.</summary>
    public bool Saw(long task) => _tasks.ContainsKey(task);

    /// <summary>What is known of a task: nothing where it was never seen.</summary>
    public TaskProgress Of(long task) => _tasks.GetValueOrDefault(task);

    private static ImmutableSortedDictionary<long, TaskProgress> Trim(ImmutableSortedDictionary<long, TaskProgress> tasks)
    {
        while (tasks.Count > MostDone && OldestDone(tasks) is { } oldest)
        {
            tasks = tasks.Remove(oldest);
        }

        return tasks;
    }

    /// <summary>Numbers grow, so the lowest is the oldest.</summary>
    private static long? OldestDone(ImmutableSortedDictionary<long, TaskProgress> tasks)
    {
        foreach (var (number, progress) in tasks)
        {
            if (!progress.Open)
            {
                return number;
            }
        }

        return null;
    }
}
