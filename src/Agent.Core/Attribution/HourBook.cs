using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What was drawn, done, emitted and paid in each of the last hours: until history has them.</summary>
/// <remarks>
/// An hour belongs to when joules were drawn, not to when they were booked. What comes for an hour that history has
/// already is counted in the oldest that it has not.
/// </remarks>
public sealed record HourBook
{
    /// <summary>Hours kept where history cannot be written: a month. Past it the oldest are lost, and counted.</summary>
    private const int MostHours = 24 * 31;

    public static HourBook Empty { get; } = new();

    public ImmutableDictionary<HourKey, HourCell> Cells { get; private init; } = ImmutableDictionary<HourKey, HourCell>.Empty;

    public ImmutableDictionary<(long Start, ModelKey Model), HourTokens> Tokens { get; private init; } =
        ImmutableDictionary<(long, ModelKey), HourTokens>.Empty;

    /// <summary>Hours that were lost.</summary>
    public long Lost { get; private init; }

    /// <summary>All hours before it are in history; null before the first are.</summary>
    public long? KeptBefore { get; private init; }

    /// <summary>The hour that it is; null before it is told.</summary>
    public long? Now => Marks.Now?.Start;

    internal ChangeLog<HourMark> Marks { get; private init; } = ChangeLog<HourMark>.Empty;

    /// <summary>The hours there are, the oldest first.</summary>
    public IEnumerable<long> Starts => Cells.Keys.Select(key => key.Start).Concat(Tokens.Keys.Select(key => key.Start)).Distinct().Order();

    /// <summary>An hour begins.</summary>
    /// <param name="start">In seconds since 1970 UTC.</param>
    internal HourBook Began(Moment at, long start)
    {
        var next = this with { Marks = Marks.Add(at, new HourMark(start)) };
        return next.Starts.Count() > MostHours ? next.Without(next.Starts.First()) with { Lost = Lost + 1 } : next;
    }

    /// <summary>History has all before this hour.</summary>
    internal HourBook Kept(long before)
    {
        var next = Starts.Where(start => start < before).Aggregate(this, (book, start) => book.Without(start));
        return next with { KeptBefore = Math.Max(before, KeptBefore ?? before) };
    }

    /// <summary>Which hour a moment is in; null before any hour was told.</summary>
    internal long? Of(Moment moment) => Marks.AtOrFirst(moment) is { Start: var start } ? Math.Max(start, KeptBefore ?? start) : null;

    internal HourBook Add(HourKey key, HourCell cell) => this with { Cells = Cells.SetItem(key, Cells.GetValueOrDefault(key) + cell) };

    internal HourBook Add(long start, ModelKey model, HourTokens tokens) =>
        this with { Tokens = Tokens.SetItem((start, model), Tokens.GetValueOrDefault((start, model)) + tokens) };

    internal HourBook Since(Moment oldest) => this with { Marks = Marks.Since(oldest) };

    internal HourBook Closed() => this with { Marks = ChangeLog<HourMark>.Empty };

    internal HourBook Renamed(ModelKey from, ModelKey to)
    {
        if (from == to)
        {
            return this;
        }

        var next = this;
        foreach (var (key, cell) in Cells.Where(pair => pair.Key.Account.Model == from))
        {
            next = (next with { Cells = next.Cells.Remove(key) }).Add(key with { Account = key.Account with { Model = to } }, cell);
        }

        foreach (var (key, tokens) in Tokens.Where(pair => pair.Key.Model == from))
        {
            next = (next with { Tokens = next.Tokens.Remove(key) }).Add(key.Start, to, tokens);
        }

        return next;
    }

    public SavedHours Save() => new(
        [.. Cells.Select(pair => new SavedHours.Cell(pair.Key.Start, pair.Key.Account.Category, pair.Key.Account.Model, pair.Key.Currency, pair.Value))],
        [.. Tokens.Select(pair => new SavedHours.Counts(pair.Key.Start, pair.Key.Model, pair.Value))],
        [.. Marks.Changes.Select(change => new SavedHours.Mark(change.From, change.Value.Start))],
        KeptBefore,
        Lost);

    public static HourBook Restored(SavedHours saved) => new()
    {
        Cells = saved.Cells.ToImmutableDictionary(cell => new HourKey(cell.Start, new Account(cell.Category, cell.Model), cell.Currency), cell => cell.Value),
        Tokens = saved.Tokens.ToImmutableDictionary(counts => (counts.Start, counts.Model), counts => counts.Value),
        Marks = ChangeLog<HourMark>.Of(saved.Marks.Select(mark => (mark.From, new HourMark(mark.Start)))),
        KeptBefore = saved.KeptBefore,
        Lost = saved.Lost,
    };

    private HourBook Without(long start) => this with
    {
        Cells = Cells.RemoveRange(Cells.Keys.Where(key => key.Start == start)),
        Tokens = Tokens.RemoveRange(Tokens.Keys.Where(key => key.Start == start)),
    };
}
