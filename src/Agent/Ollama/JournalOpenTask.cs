using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>What the log has told of one task so far.</summary>
internal sealed class JournalOpenTask(JournalTask task)
{
    /// <summary>Three numbers, each rounded to a hundredth of a millisecond, and the sum of two of them.</summary>
    private const double Rounding = 0.021;

    private JournalLine.Timing? _prompt;
    private JournalLine.Timing? _generation;
    private int _lines;
    private bool _headed;
    private bool _mixed;

    public JournalTask Task => task;

    public Moment LastLine { get; private set; }

    public bool Released { get; private set; }

    /// <summary>Its timings are complete; only its release may be missing.</summary>
    public bool Done { get; private set; }

    /// <summary>A second head is another runner's.</summary>
    public void Head(Moment at)
    {
        Count(at);
        _mixed |= _headed;
        _headed = true;
    }

    public void Release(Moment at)
    {
        Count(at);
        _mixed |= Released;
        Released = true;
    }

    /// <summary>Takes one line.</summary>
    /// <returns>The task's timings, where this line completes them.</returns>
    public TaskTimings? Take(JournalLine.Timing line, Moment at)
    {
        Count(at);
        switch (line.Part)
        {
            case JournalPart.Prompt:
                _mixed |= _prompt is not null || _generation is not null;
                _prompt = line;
                return null;
            case JournalPart.Generation:
                _mixed |= _prompt is null || _generation is not null;
                _generation = line;
                return null;
            default:
                return Sum(line);
        }
    }

    /// <summary>How many lines were taken since the last call: they are counted when it is known what became of them.</summary>
    public int TakeLines()
    {
        var lines = _lines;
        _lines = 0;
        return lines;
    }

    private TaskTimings? Sum(JournalLine.Timing total)
    {
        // The sum tells whether the two are of the same task: of two runners' lines in each other's midst it is not right.
        _mixed |= _prompt is null || _generation is null
            || _prompt.Tokens + _generation.Tokens != total.Tokens
            || Math.Abs(_prompt.Milliseconds + _generation.Milliseconds - total.Milliseconds) > Rounding;
        if (_mixed)
        {
            return null;
        }

        Done = true;
        return new TaskTimings(
            task.Slot,
            task.Task,
            _prompt!.Tokens,
            _prompt.Milliseconds / 1000,
            _generation!.Tokens,
            _generation.Milliseconds / 1000);
    }

    private void Count(Moment at)
    {
        _lines++;
        LastLine = at;
    }
}
