using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>Finds the start that belongs to a load's end, which does not name its model.</summary>
/// <remarks>
/// The end tells how long the load took, so its start is known by its time. Ollama tells each end twice; loads whose client
/// left, or that failed, have none. The times are those its lines are written with: the journal may have been late.
/// </remarks>
internal sealed class JournalLoads(JournalCounts counts)
{
    /// <summary>Past it the oldest is given up. Those that have ended are kept too: their end is told again.</summary>
    private const int Most = 32;

    /// <summary>How far a start may lie from where the end says it was. Recorded: 0.01 s.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(0.25);

    private readonly List<JournalLoad> _loads = [];

    public void Take(JournalLine.LoadStarting line)
    {
        // A model that is started again did not come to an end the first time.
        counts.Add(LogResult.Incomplete, _loads.RemoveAll(load => !load.Ended && load.Blob == line.Blob));
        if (_loads.Count == Most)
        {
            counts.Add(LogResult.Incomplete, _loads[0].Ended ? 0 : 1);
            _loads.RemoveAt(0);
        }

        _loads.Add(new JournalLoad(line.Time, line.Blob, Ended: false));
    }

    /// <summary>Takes an end.</summary>
    /// <returns>The blob; null where it is told again, or which load it is cannot be told.</returns>
    public string? Take(JournalLine.LoadEnded line)
    {
        var start = line.Time - line.Took;
        var near = _loads.FindAll(load => (load.Start - start).Duration() <= Tolerance);
        if (near is [{ Ended: false } load])
        {
            counts.Add(LogResult.Read, 2);
            _loads[_loads.IndexOf(load)] = load with { Ended = true };
            return load.Blob;
        }

        if (near.Count > 0 && near.TrueForAll(load => load.Ended))
        {
            counts.Add(LogResult.Read);
            return null;
        }

        // Of two started at once, either may be meant, now and when the other's end is told.
        counts.Add(LogResult.Incomplete, 1 + _loads.RemoveAll(load => !load.Ended && near.Contains(load)));
        return null;
    }

    public void Take(JournalLine.LoadFailed line) =>
        counts.Add(LogResult.Read, 1 + _loads.RemoveAll(load => !load.Ended && load.Blob == line.Blob));
}
