using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What one device draws in quiet, with nothing loaded and with each set of loaded models.</summary>
public sealed record BaselineBook
{
    /// <summary>Most sets of models kept apart; past this the book is started anew but for the empty set.</summary>
    private const int MostSets = 64;

    /// <summary>The shortest quiet that tells anything.</summary>
    private static readonly TimeSpan FirstSpan = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FullSpan = TimeSpan.FromSeconds(10);

    /// <summary>After work, a counter that moves in steps still shows some of it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.5);

    /// <summary>Pieces of quiet put together: of more, the older ones fade.</summary>
    private static readonly TimeSpan MostPieces = TimeSpan.FromSeconds(60);

    public static BaselineBook Empty { get; } = new();

    /// <summary>Idle watts the operator gave; they override what is learned.</summary>
    public Watts? Override { get; init; }

    private ImmutableDictionary<ModelSet, QuietLevel> Levels { get; init; } = ImmutableDictionary<ModelSet, QuietLevel>.Empty;

    /// <summary>Memory each model was last seen with, to tell what an unknown one may draw.</summary>
    private ImmutableDictionary<ModelKey, double> Bytes { get; init; } = ImmutableDictionary<ModelKey, double>.Empty;

    private ModelSet Key { get; init; }

    /// <summary>The span that is being measured: its energy, its length, and the core-seconds used in it.</summary>
    private (Joules Energy, TimeSpan Length, double Cores) Span { get; init; }

    /// <summary>All pieces of quiet with this set of models, also those too short for a span: between requests there may be no longer one.</summary>
    private (Joules Energy, TimeSpan Length) Pieces { get; init; }

    private TimeSpan SinceWork { get; init; } = Settling;

    /// <summary>
    /// What the device draws with nothing loaded. Where that was never seen, the lowest of what was: better to call a
    /// loaded model's extra idle than a token's.
    /// </summary>
    public (Watts Level, Confidence Confidence)? Idle =>
        Override is { } said ? (said, Confidence.Override)
        : Levels.GetValueOrDefault(ModelSet.None) is { Level: { } level } seen ? (level, seen.Confidence)
        : Levels.Values.Select(quiet => quiet.Level).Min() is { } least ? (least, Confidence.Unsure)
        : null;

    /// <summary>Takes in a span in which nothing was active.</summary>
    /// <param name="cores">Core-seconds used in it; 0 where it is no processor.</param>
    public BaselineBook Quiet(IReadOnlyList<Resident> residents, Joules energy, TimeSpan time, double cores = 0)
    {
        if (residents.Any(resident => resident.Share < 1))
        {
            return Disturbed();
        }

        var key = KeyOf(residents);
        var start = key.Equals(Key) ? this : Disturbed() with { Key = key, Pieces = default };
        if (start.SinceWork < Settling)
        {
            return start with { SinceWork = start.SinceWork + time };
        }

        var fading = start.Pieces.Length > MostPieces ? 0.5 : 1;
        var next = start with
        {
            Span = (start.Span.Energy + energy, start.Span.Length + time, start.Span.Cores + cores),
            Pieces = ((start.Pieces.Energy * fading) + energy, (start.Pieces.Length * fading) + time),
            Bytes = residents.Count == 1 ? Bytes.SetItem(residents[0].Model, residents[0].Bytes) : Bytes,
        };
        return next.Learned(key, next.Levels.GetValueOrDefault(key, QuietLevel.Unknown));
    }

    /// <summary>Something was active: the span that was being measured is dropped.</summary>
    public BaselineBook Disturbed() => this with { Span = default, SinceWork = TimeSpan.Zero };

    private BaselineBook Learned(ModelSet key, QuietLevel level)
    {
        if (Span.Length >= FullSpan)
        {
            var full = level.With(Span.Energy / Span.Length, Span.Cores / Span.Length.TotalSeconds);
            return this with { Levels = Room(key).SetItem(key, full), Span = default };
        }

        return Pieces.Length >= FirstSpan && level.IsProvisional
            ? this with { Levels = Room(key).SetItem(key, level.WithFirst(Pieces.Energy / Pieces.Length)) }
            : this;
    }

    /// <summary>What each resident model adds to idle.</summary>
    public IEnumerable<(ModelKey Model, Watts Level, Confidence Confidence)> Loaded(IReadOnlyList<Resident> residents)
    {
        if (residents.Count == 0 || Idle is not var (idle, _))
        {
            return residents.Select(resident => (resident.Model, Watts.Zero, Confidence.Unsure));
        }

        if (Levels.GetValueOrDefault(KeyOf(residents)) is { Level: { } together } level)
        {
            var extra = Watts.Max(Watts.Zero, together - idle);
            var bytes = residents.Sum(resident => resident.Bytes);
            return residents.Select(resident =>
                (resident.Model,
                extra * (bytes > 0 ? resident.Bytes / bytes : 1.0 / residents.Count),
                level.Confidence));
        }

        return residents.Select(resident => Alone(resident, idle));
    }

    /// <summary>How far what is due with these models may be off: the spread of what was learned with them, or of idle.</summary>
    public Watts Spread(IReadOnlyList<Resident> residents) =>
        Override is not null && residents.Count == 0 ? Watts.Zero
        : (Levels.GetValueOrDefault(KeyOf(residents)) ?? Levels.GetValueOrDefault(ModelSet.None) ?? QuietLevel.Unknown).Spread;

    /// <summary>The blob's name is known now: what was learned under the blob is kept under the name. What is known under the name already stands.</summary>
    public BaselineBook Renamed(ModelKey from, ModelKey to) => this with
    {
        Levels = Levels.Where(pair => !pair.Key.Renamed(from, to).Equals(pair.Key)).Aggregate(Levels, (levels, pair) =>
            With(levels.Remove(pair.Key), pair.Key.Renamed(from, to), pair.Value)),
        Bytes = Bytes.TryGetValue(from, out var bytes) && from != to ? With(Bytes.Remove(from), to, bytes) : Bytes,
        Key = Key.Renamed(from, to),
    };

    public SavedBaseline Save() => new(
        [.. Levels.Select(pair => pair.Value.Save(pair.Key.Models))],
        [.. Bytes.Select(pair => new SavedBaseline.Memory(pair.Key, pair.Value))]);

    /// <summary>What was learned; the span that was being measured begins anew.</summary>
    public static BaselineBook Restored(SavedBaseline saved) => Empty with
    {
        Levels = saved.Levels.ToImmutableDictionary(level => new ModelSet(level.Models), QuietLevel.Restored),
        Bytes = saved.Bytes.ToImmutableDictionary(memory => memory.Model, memory => memory.Bytes),
    };

    /// <summary>What a model adds that was never seen in this company: what it adds alone, else what others do by memory.</summary>
    private (ModelKey, Watts, Confidence) Alone(Resident resident, Watts idle)
    {
        if (Levels.GetValueOrDefault(new ModelSet([resident.Model])) is { Level: { } alone } level)
        {
            return (resident.Model, Watts.Max(Watts.Zero, alone - idle), level.Confidence);
        }

        var known = Bytes.Where(pair => pair.Value > 0 && Levels.GetValueOrDefault(new ModelSet([pair.Key]))?.Level is not null).ToArray();
        var bytes = known.Sum(pair => pair.Value);
        var extra = known.Sum(pair => Math.Max(0, (Levels[new ModelSet([pair.Key])].Level!.Value - idle).Value));
        return (resident.Model, new Watts(bytes > 0 ? extra / bytes * resident.Bytes : 0), Confidence.Unsure);
    }

    private ImmutableDictionary<ModelSet, QuietLevel> Room(ModelSet key) =>
        Levels.Count < MostSets || Levels.ContainsKey(key)
            ? Levels
            : Levels.RemoveRange(Levels.Keys.Where(set => !set.IsEmpty));

    private static ImmutableDictionary<TKey, TValue> With<TKey, TValue>(ImmutableDictionary<TKey, TValue> known, TKey key, TValue value)
        where TKey : notnull => known.ContainsKey(key) ? known : known.Add(key, value);

    private static ModelSet KeyOf(IEnumerable<Resident> residents) => new(residents.Select(resident => resident.Model));
}
