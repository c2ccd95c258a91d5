using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Follows the journal of Ollama's unit and tells the ledger of tasks and loads.</summary>
/// <remarks>
/// The ledger is told how far the log is told, and keeps it with what it counted: after a restart the reader goes on from
/// there, so what was logged meanwhile is told too, with its own moment.
/// </remarks>
internal sealed partial class JournalReader : BackgroundService
{
    /// <summary>Entries read in one step; past it the next step follows at once.</summary>
    private const int MostEntries = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How often a journal that cannot be read is tried again.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(1);

    private readonly bool _on;
    private readonly JournalTail _tail;
    private readonly JournalLines _lines;
    private readonly string _ollama;
    private readonly MonotonicClock _clock;
    private readonly ChannelWriter<LedgerEvent> _ledger;
    private readonly ILogger<JournalReader> _log;
    private readonly List<JournalEntry> _entries = [];
    private readonly List<LedgerEvent> _events = [];

    private Finding? _said;
    private Moment? _tried;
    private string? _place;
    private bool _drifted;
    private long _ofOtherBoots;
    private long _unreadable;

    /// <summary>A reader that has not begun yet.</summary>
    /// <param name="unit">Such as ollama.service; empty: nothing is read.</param>
    /// <param name="source">The journal.</param>
    /// <param name="place">What the last <see cref="LedgerEvent.LogRead"/> told, to go on behind it; null: begin with what is logged from now on.</param>
    /// <param name="ollama">Which Ollama; empty where there is one only.</param>
    public JournalReader(
        string unit,
        JournalSource source,
        string? place,
        string ollama,
        MonotonicClock clock,
        ChannelWriter<LedgerEvent> ledger,
        ILogger<JournalReader> log)
    {
        (_place, _ollama, _clock, _ledger, _log) = (place, ollama, clock, ledger, log);
        _on = unit.Length > 0;
        _tail = new JournalTail(source, unit);
        _lines = new JournalLines(ollama, Counts);
    }

    /// <summary>Lines read that tell of tasks and loads, and those that should and do not.</summary>
    public JournalCounts Counts { get; } = new();

    /// <summary>Entries left aside because they are from before the machine was started.</summary>
    public long OfOtherBoots => Interlocked.Read(ref _ofOtherBoots);

    /// <summary>Entries without a message that could be read.</summary>
    public long Unreadable => Interlocked.Read(ref _unreadable);

    /// <summary>Whether the journal is read, or why not and what to do.</summary>
    public Finding Finding => _on ? _tail.Finding : JournalFindings.Off;

    /// <summary>Reads what is new, up to a limit.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> StepAsync(CancellationToken stop)
    {
        if (!_tail.IsOpen && !TryOpen())
        {
            return false;
        }

        var more = _tail.Read(MostEntries, _entries);
        foreach (var entry in _entries)
        {
            Take(entry);
            At(entry.Place);
        }

        _entries.Clear();
        if (!more)
        {
            _lines.Settle(_clock.Now);
            At(_tail.Place());
        }

        foreach (var told in _events)
        {
            await _ledger.WriteAsync(told, stop);
        }

        _events.Clear();
        Say();
        return more;
    }

    public override void Dispose()
    {
        // The library would not survive that the journal is closed while a thread still reads it.
        if (ExecuteTask is null or { IsCompleted: true })
        {
            _tail.Dispose();
        }

        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_on)
        {
            return;
        }

        using var timer = new PeriodicTimer(Pause, _clock.Time);
        do
        {
            while (await StepAsync(stoppingToken))
            {
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool TryOpen()
    {
        if (_tried is { } tried && _clock.Now - tried < RetryPause)
        {
            return false;
        }

        _tried = _clock.Now;
        var opened = _tail.TryOpen(_place);
        Say();
        return opened;
    }

    private void Take(JournalEntry entry)
    {
        switch (entry)
        {
            case JournalEntry.Told told:
                _lines.Read(told.Message, _clock.At(told.SinceBoot), _events);
                break;
            case JournalEntry.OfOtherBoot:
                Interlocked.Increment(ref _ofOtherBoots);
                break;
            default:
                Interlocked.Increment(ref _unreadable);
                break;
        }
    }

    /// <summary>All up to here is told.</summary>
    private void At(string? place)
    {
        // Not in the midst of a task: after a restart its other lines would tell nothing.
        if (place is null || place == _place || _lines.Waiting)
        {
            return;
        }

        _place = place;
        if (_events is [.., LedgerEvent.LogRead])
        {
            _events.RemoveAt(_events.Count - 1);
        }

        _events.Add(new LedgerEvent.LogRead(_clock.Now, place, _ollama));
    }

    private void Say()
    {
        var finding = _tail.Finding;
        if (finding != _said)
        {
            _said = finding;
            if (finding.Verdict == Verdict.Warning)
            {
                LogWarning(finding.Text, finding.Fix);
            }
            else
            {
                LogState(finding.Text, finding.Fix);
            }
        }

        if (!_drifted && Counts[LogResult.Unknown] > 0)
        {
            _drifted = true;
            LogDrift();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text} {Fix}")]
    private partial void LogState(string text, string? fix);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text} {Fix}")]
    private partial void LogWarning(string text, string? fix);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ollama's log tells of tasks in words this agent does not know; such lines are counted, not guessed at. Report the version of Ollama to the authors.")]
    private partial void LogDrift();
}
