using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Puts the lines of tasks together, which arrive one by one, those of several slots and runners among each other.</summary>
/// <remarks>
/// A runner writes all of a task's timings and its release at once, in this order or, in older builds, the release first. A
/// task without timings was cancelled, failed, or embedded a text: what it evaluated is not told. Where two runners' tasks have
/// the same numbers and their lines mix, neither is believed.
/// </remarks>
internal sealed class JournalTasks(JournalCounts counts)
{
    /// <summary>Past it the oldest is given up.</summary>
    private const int Most = 64;

    /// <summary>How long a task's next line is waited for: all are written within a millisecond.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly List<JournalOpenTask> _open = [];
    private JournalOpenTask? _headed;

    /// <summary>Tasks of which some lines are there and others are waited for.</summary>
    public bool Waiting => _open.Exists(task => !task.Done);

    public void Take(JournalLine.TimingsFollow line, Moment at)
    {
        _headed = ForTimings(line.Task);
        _headed.Head(at);
    }

    public void Take(JournalLine.Released line, Moment at)
    {
        var task = Find(line.Task) ?? Open(line.Task);
        task.Release(at);
        if (task.Done)
        {
            Close(task, LogResult.Read);
        }
    }

    /// <summary>Takes one line of timings.</summary>
    /// <returns>The task's timings, where this line completes them.</returns>
    public TaskTimings? Take(JournalLine.Timing line, Moment at)
    {
        var task = line.Task is { } named ? ForTimings(named) : _headed;
        if (task is null)
        {
            counts.Add(LogResult.Incomplete);
            return null;
        }

        var timings = task.Take(line, at);
        if (timings is not null)
        {
            counts.Add(LogResult.Read, task.TakeLines());
            if (task.Released)
            {
                Forget(task);
            }
        }

        if (line.Part == JournalPart.Total)
        {
            _headed = null;
        }

        return timings;
    }

    /// <summary>Gives up tasks whose other lines should have come by now.</summary>
    public void Settle(Moment now)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            if (_open[index] is { Done: false } task && now - task.LastLine > Patience)
            {
                Close(task, LogResult.Incomplete);
            }
        }
    }

    private JournalOpenTask? Find(JournalTask name) => _open.Find(task => task.Task == name);

    /// <summary>The open task of this name; one that is done had its timings: these are of another runner's.</summary>
    private JournalOpenTask ForTimings(JournalTask name)
    {
        var task = Find(name);
        if (task is { Done: true })
        {
            Forget(task);
            task = null;
        }

        return task ?? Open(name);
    }

    private JournalOpenTask Open(JournalTask name)
    {
        if (_open.Count == Most)
        {
            Close(_open[0], LogResult.Incomplete);
        }

        var task = new JournalOpenTask(name);
        _open.Add(task);
        return task;
    }

    private void Close(JournalOpenTask task, LogResult result)
    {
        counts.Add(result, task.TakeLines());
        Forget(task);
    }

    private void Forget(JournalOpenTask task)
    {
        _open.Remove(task);
        _headed = _headed == task ? null : _headed;
    }
}
