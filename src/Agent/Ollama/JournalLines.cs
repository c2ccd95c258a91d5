using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>What the lines of one Ollama's log tell, in the order in which they were written.</summary>
/// <param name="ollama">Which Ollama; empty where there is one only.</param>
internal sealed class JournalLines(string ollama, JournalCounts counts)
{
    private readonly JournalTasks _tasks = new(counts);
    private readonly JournalLoads _loads = new(counts);

    /// <summary>A task's lines are complete in part: from here on its rest would not be understood.</summary>
    public bool Waiting => _tasks.Waiting;

    /// <summary>Takes an entry of the log.</summary>
    /// <param name="message">Usually a line; several, where the log keeps a record whole.</param>
    /// <param name="at">When it was written.</param>
    /// <param name="events">What it tells is added here.</param>
    public void Read(ReadOnlySpan<char> message, Moment at, ICollection<LedgerEvent> events)
    {
        _tasks.Settle(at);
        foreach (var line in message.Split('\n'))
        {
            if (JournalParser.Parse(message[line]) is { } known && Take(known, at) is { } told)
            {
                events.Add(told);
            }
        }
    }

    /// <summary>There is no newer entry: what is still waited for is given up in time.</summary>
    public void Settle(Moment now) => _tasks.Settle(now);

    private LedgerEvent? Take(JournalLine line, Moment at)
    {
        switch (line)
        {
            case JournalLine.Timing timing:
                return _tasks.Take(timing, at) is { } timings ? new LedgerEvent.TaskLogged(at, timings, ollama) : null;
            case JournalLine.TimingsFollow head:
                _tasks.Take(head, at);
                return null;
            case JournalLine.Released released:
                _tasks.Take(released, at);
                return null;
            case JournalLine.LoadEnded ended:
                return _loads.Take(ended) is { } blob ? new LedgerEvent.LoadLogged(at, blob, ended.Took, ollama) : null;
            case JournalLine.LoadStarting starting:
                _loads.Take(starting);
                return null;
            case JournalLine.LoadFailed failed:
                _loads.Take(failed);
                return null;
            default:
                counts.Add(LogResult.Unknown);
                return null;
        }
    }
}
