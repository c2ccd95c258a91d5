using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Ollama;

/// <summary>Counts a runner's tokens task by task, from its slots, and corrects them by the log.</summary>
/// <remarks>
/// A slot shows a task's tokens while it runs, and zero when it is done: what came between the last look and the end is
/// missing until the log tells the task's total. Where the log does not, it is estimated by the task's own pace, as the
/// time that it goes on is. A task that begins and ends between two looks is missing then.
/// </remarks>
public sealed record TaskBook
{
    /// <summary>Most tasks remembered once they are done; their log lines come within a second.</summary>
    private const int MostDone = 256;

    private readonly ImmutableSortedDictionary<long, TaskProgress> _tasks = ImmutableSortedDictionary<long, TaskProgress>.Empty;
    /// <summary>Later than this the log has nothing to say of a task: it takes 12 s at most to be taken in.</summary>
    private static readonly TimeSpan LogIsLate = TimeSpan.FromSeconds(20);

    private readonly double _carried;
    private readonly bool _countFirst;
    private readonly bool _seen;

    private TaskBook(bool countFirst) => _countFirst = countFirst;

    private TaskBook(SavedTasks saved, ImmutableSortedDictionary<long, TaskProgress> tasks)
        : this(saved.CountFirst) => (_tasks, _carried, _seen) = (tasks, saved.Carried, saved.Seen);

    private TaskBook(TaskBook before, ImmutableSortedDictionary<long, TaskProgress> tasks, double carried)
        : this(before)
    {
        _tasks = tasks;
        _carried = carried;
        _seen = true;
    }

    /// <summary>For a runner whose whole life is seen.</summary>
    public static TaskBook FromBirth { get; } = new(countFirst: true);

    /// <summary>For a runner that was there before: what its running tasks did so far is not ours.</summary>
    public static TaskBook FromNowOn { get; } = new(countFirst: false);

    public SavedTasks Save() => new(_countFirst, _seen, _carried, [.. _tasks.Select(pair => new SavedTask(
        pair.Key, pair.Value.Tokens, pair.Value.First.At, pair.Value.First.Generated, pair.Value.Seen, pair.Value.Over, pair.Value.Settled))]);

    public static TaskBook Restored(SavedTasks saved)
    {
        var tasks = saved.Tasks.ToImmutableSortedDictionary(
            task => task.Number,
            task => new TaskProgress(task.Tokens, (task.FirstAt, task.FirstGenerated), task.Seen) { Over = task.Over, Settled = task.Settled });
        return new TaskBook(saved, tasks);
    }

    /// <summary>Takes a look at the slots in.</summary>
    /// <returns>The book after it, and the tokens since the last look.</returns>
    public (TaskBook Next, TokenCounts Tokens) Read(Moment at, ImmutableArray<RunnerSlot> slots)
    {
        var (tasks, carried) = (_tasks, _carried);
        foreach (var (number, progress) in _tasks)
        {
            if (progress.Over is null && !slots.Any(slot => slot.Busy && slot.Task == number))
            {
                tasks = tasks.SetItem(number, progress with { Over = at });
            }
            else if (progress is { Over: { } over, Settled: false } && at - over > LogIsLate)
            {
                tasks = tasks.SetItem(number, progress with { Settled = true });
                carried += progress.Tail;
            }
        }

        var whole = (long)carried;
        var sum = new TokenCounts(0, 0, whole);
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

            var first = before.Tokens.Generated > 0 ? before.First : (at, slot.Decoded);
            tasks = tasks.SetItem(number, new TaskProgress(now.Max(before.Tokens), first, at) { Settled = before.Settled });
        }

        return (new TaskBook(this, Trim(tasks), carried - whole), sum);
    }

    /// <summary>Takes in what the log tells of a task that is done.</summary>
    /// <returns>The book after it, and the tokens that were not counted yet.</returns>
    public (TaskBook Next, TokenCounts Tokens) Done(Moment at, TaskTimings timings)
    {
        var known = _tasks.GetValueOrDefault(timings.Task);
        if (known.Settled)
        {
            return (this, default);
        }

        var total = new TokenCounts(timings.PromptTokens, known.Tokens.Cached, timings.GeneratedTokens);
        var done = known with { Tokens = total.Max(known.Tokens), Over = known.Over ?? at, Settled = true };
        return (new TaskBook(this, Trim(_tasks.SetItem(timings.Task, done)), _carried), (total - known.Tokens).Max(default));
    }

    /// <summary>A task of this number was seen in a slot, and the log has not told of it yet.</summary>
    public bool Saw(long task) => _tasks.TryGetValue(task, out var progress) && !progress.Settled;

    /// <summary>What is known of a task: nothing where it was never seen.</summary>
    internal TaskProgress Of(long task) => _tasks.GetValueOrDefault(task);

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
            if (progress.Over is not null)
            {
                return number;
            }
        }

        return null;
    }
}
