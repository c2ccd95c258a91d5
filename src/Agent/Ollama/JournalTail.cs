namespace Agent.Ollama;

/// <summary>Reads a unit's entries one after the other, and new ones as they come. For one thread at a time.</summary>
internal sealed class JournalTail(JournalSource source, string unit) : IDisposable
{
    private Journal? _journal;
    private bool _onUnread;

    /// <summary>How the journal is found, for any thread.</summary>
    public Finding Finding { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); } = JournalFindings.Opening(unit);

    public bool IsOpen => _journal is not null;

    /// <summary>Opens the journal behind a place in it; behind its last entry where that is none, gone, or of another boot.</summary>
    /// <param name="place">What <see cref="Place"/> told.</param>
    public bool TryOpen(string? place)
    {
        _onUnread = false;
        (_journal, Finding) = source.Open(unit);
        if (_journal is null || (place is not null && GoTo(_journal, place)))
        {
            return IsOpen;
        }

        if (_journal.SeekTail() < 0 || _journal.Previous() is not > 0)
        {
            _journal.SeekHead();
            Finding = JournalFindings.NeverSeen(unit);
        }

        return true;
    }

    /// <summary>Reads entries that were not read yet.</summary>
    /// <param name="most">Past it, the rest is left for the next call.</param>
    /// <param name="entries">They are added here.</param>
    /// <returns>Whether there may be more.</returns>
    public bool Read(int most, List<JournalEntry> entries)
    {
        if (_journal is null)
        {
            return false;
        }

        var answer = _journal.Refresh();
        for (var count = 0; answer >= 0 && count < most; count++)
        {
            answer = _onUnread ? 1 : _journal.Next();
            _onUnread = false;
            if (answer == 0)
            {
                return false;
            }

            if (answer > 0)
            {
                entries.Add(_journal.Read());
                Finding = Finding.Verdict == Verdict.Good ? Finding : JournalFindings.Reading(unit);
            }
        }

        if (answer >= 0)
        {
            return true;
        }

        Finding = JournalFindings.Failed(answer);
        Dispose();
        return false;
    }

    /// <summary>The last entry read, or the last there was when the journal was opened, to go on behind it; null where there is none.</summary>
    public string? Place() => _journal?.Cursor();

    public void Dispose()
    {
        _journal?.Dispose();
        _journal = null;
    }

    /// <summary>Whether the place, or what came next where it is gone by now, is of this boot.</summary>
    private bool GoTo(Journal journal, string place)
    {
        if (journal.Seek(place) < 0 || journal.Next() is not > 0 || !journal.IsOfThisBoot())
        {
            return false;
        }

        _onUnread = journal.IsAt(place) is not > 0;
        return true;
    }
}
