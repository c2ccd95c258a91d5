using System.Globalization;
using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>What there is to know of Ollama's log in the journal, for <c>joulet check</c>.</summary>
internal sealed class JournalCheck(string unit, JournalSource source, MonotonicClock clock)
{
    /// <summary>Past it the count is said to be at least that.</summary>
    private const int MostEntries = 200_000;

    private static readonly TimeSpan Span = TimeSpan.FromDays(1);

    /// <summary>Reads the last day, changes nothing.</summary>
    public Finding Check()
    {
        if (unit.Length == 0)
        {
            return JournalFindings.Off;
        }

        var (journal, finding) = source.Open(unit);
        if (journal is null)
        {
            return finding;
        }

        using (journal)
        {
            return Read(journal);
        }
    }

    private Finding Read(Journal journal)
    {
        if (journal.SeekTail() < 0 || journal.Previous() is not > 0)
        {
            return JournalFindings.NeverSeen(unit);
        }

        var counts = new JournalCounts();
        var lines = new JournalLines("", counts);
        var events = new List<LedgerEvent>();
        var entries = 0;
        var answer = journal.Seek(clock.Time.GetUtcNow() - Span);
        while (answer >= 0 && entries < MostEntries && (answer = journal.Next()) > 0)
        {
            entries++;
            lines.Read(journal.Message(), clock.Now, events);
        }

        return answer < 0 ? JournalFindings.Failed(answer) : Describe(entries, counts[LogResult.Unknown], events);
    }

    private Finding Describe(int entries, long unknown, List<LedgerEvent> events)
    {
        var loads = events.OfType<LedgerEvent.LoadLogged>().Count();
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"The journal of {unit} is read: {(entries == MostEntries ? "at least " : "")}{entries} lines in the last day, which tell of {events.Count - loads} finished tasks and {loads} loads");
        return unknown == 0
            ? new Finding(Verdict.Good, JournalFindings.Subject, $"{text}.")
            : new Finding(
                Verdict.Warning,
                JournalFindings.Subject,
                string.Create(CultureInfo.InvariantCulture, $"{text}; {unknown} lines about them are in words this agent does not know."),
                "Report the version of Ollama to the authors.");
    }
}
