using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What Ollama's log told and is not used yet, and what of it could not be used.</summary>
/// <remarks>
/// The log names no runner. Which one a line is of can be told once all that lived then are known, so lines wait for a
/// few rounds of readings; a runner that can be read needs them only where its own counts have a hole.
/// </remarks>
public sealed record JournalBook
{
    /// <summary>Longer than the slowest pace of readings and the delay of the log together.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <summary>A runner's last lines may be stamped after its end was seen.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>Two models may be in memory together where the second came within this time; Ollama keeps one for 5 minutes.</summary>
    private static readonly TimeSpan KeptLoaded = TimeSpan.FromMinutes(10);

    private const int MostUnseen = 20;

    /// <summary>Most lines that wait; more are taken in the order they came.</summary>
    private const int MostWaiting = 10_000;

    public static JournalBook Empty { get; } = new();

    /// <summary>Tasks that several runners may have done: counted for none.</summary>
    public long Ambiguous { get; init; }

    /// <summary>Tasks that were done before the agent started: their joules were not measured.</summary>
    public long BeforeStart { get; init; }

    private ImmutableQueue<LedgerEvent> Waiting { get; init; } = [];

    private int WaitingCount { get; init; }

    /// <summary>Loads that only the log told of, the last ones, oldest first.</summary>
    private ImmutableList<(Moment At, ModelKey Model)> Unseen { get; init; } = [];

    public SavedJournal Save() => new(
        Ambiguous,
        BeforeStart,
        [.. Waiting.OfType<LedgerEvent.TaskLogged>()],
        [.. Waiting.OfType<LedgerEvent.LoadLogged>()],
        [.. Unseen.Select(load => new SavedJournal.Load(load.At, load.Model))]);

    public static JournalBook Restored(SavedJournal saved) => new()
    {
        Ambiguous = saved.Ambiguous,
        BeforeStart = saved.BeforeStart,
        Waiting = [.. saved.Tasks.Concat<LedgerEvent>(saved.Loads).OrderBy(line => line.At)],
        WaitingCount = saved.Tasks.Length + saved.Loads.Length,
        Unseen = [.. saved.Unseen.Select(load => (load.At, load.Model))],
    };

    /// <summary>Keeps a line until it can be told whose it is.</summary>
    public JournalBook Add(LedgerEvent line) => line.At < default(Moment)
        ? this with { BeforeStart = BeforeStart + (line is LedgerEvent.TaskLogged ? 1 : 0) }
        : this with { Waiting = Waiting.Enqueue(line), WaitingCount = WaitingCount + 1 };

    /// <summary>Takes in the lines that waited long enough.</summary>
    internal static Ledger Settle(Ledger ledger, Moment now)
    {
        while (ledger.Journal is { WaitingCount: > 0 } book
            && (book.Waiting.Peek().At <= now - Patience || book.WaitingCount > MostWaiting))
        {
            var rest = book.Waiting.Dequeue(out var line);
            ledger = ledger with { Journal = book with { Waiting = rest, WaitingCount = book.WaitingCount - 1 } };
            ledger = line switch
            {
                LedgerEvent.TaskLogged task => Done(ledger, task),
                LedgerEvent.LoadLogged load => Loaded(ledger, load),
                _ => throw new InvalidOperationException($"No line of the log: {line}."),
            };
        }

        return ledger;
    }

    /// <summary>How long ended runners must be remembered for the lines that wait.</summary>
    internal static Moment Oldest(Moment now) => now - Patience - Delay;

    private static Ledger Done(Ledger ledger, LedgerEvent.TaskLogged line)
    {
        var living = ledger.Runners.Values
            .Where(runner => runner.Runner.Ollama == line.Ollama && runner.Started <= line.At
                && (runner.Gone is not { } gone || line.At <= gone + Delay))
            .ToArray();
        var began = line.At - line.Timings.Took;
        var whose = living.Where(runner => runner.Saw(line.Timings.Task)).ToArray() is { Length: > 0 } saw ? saw : living;
        if (whose is [var only])
        {
            return ledger.CountsByProxy(only)
                ? ledger
                : ledger.Progress(only.Runner.Id, began, line.At, runner => runner.Logged(line.At, line.Timings));
        }

        if (whose.Length > 1)
        {
            return whose.All(runner => runner is { HasCounters: true, Gone: null })
                ? ledger
                : ledger with { Journal = ledger.Journal with { Ambiguous = ledger.Journal.Ambiguous + 1 } };
        }

        if (ledger.Proxied.Contains(line.Ollama))
        {
            return ledger; // the proxy counts what no runner tells
        }

        if (ledger.Journal.UnseenAt(line.At, line.Ollama) is not { } model)
        {
            return ledger with { Journal = ledger.Journal with { Ambiguous = ledger.Journal.Ambiguous + 1 } };
        }

        var tokens = new TokenCounts(line.Timings.PromptTokens, 0, line.Timings.GeneratedTokens);
        return ledger.Add(model, new ModelTotals { Tokens = tokens, Source = ledger.SourceOf(model, TokenSource.Journal) }, began, line.At);
    }

    /// <summary>A load that no reading of the runner told of.</summary>
    private static Ledger Loaded(Ledger ledger, LedgerEvent.LoadLogged line)
    {
        var unnamed = ModelKey.OfBlob(line.Blob, line.Ollama);
        var model = ledger.Names.GetValueOrDefault(unnamed, unnamed);
        var known = ledger.Runners.Values.FirstOrDefault(runner => runner.Runner.Ollama == line.Ollama
            && runner.Runner.Blob == line.Blob
            && runner.Started <= line.At
            && line.At - line.Took - Delay <= runner.Started);
        if (known is { Runner.Unreadable: null })
        {
            return ledger;
        }

        var seconds = new PhaseSeconds(line.Took.TotalSeconds, 0, 0, 0);
        var load = new ModelTotals { Loads = 1, LoadSeconds = seconds.Load, Slots = seconds, Busy = seconds };
        ledger = ledger.Add(model, load, line.At - line.Took, line.At);
        return known is null
            ? ledger with { Journal = ledger.Journal.WithUnseen(line.At, model) }
            : ledger;
    }

    private JournalBook WithUnseen(Moment at, ModelKey model)
    {
        var unseen = Unseen.Add((at, model));
        return this with { Unseen = unseen.Count > MostUnseen ? unseen.RemoveAt(0) : unseen };
    }

    /// <summary>The only model that was loaded lately, or else the last; null where it may have been several.</summary>
    private ModelKey? UnseenAt(Moment at, string ollama)
    {
        var loaded = Unseen.Where(load => load.Model.Ollama == ollama && load.At <= at).ToArray();
        var lately = loaded.Where(load => load.At > at - KeptLoaded).Select(load => load.Model).Distinct().ToArray();
        return lately.Length > 1 || loaded.Length == 0 ? null : loaded[^1].Model;
    }
}
