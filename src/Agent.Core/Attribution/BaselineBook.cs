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

    public static BaselineBook Empty { get; } = new();

    /// <summary>Idle watts the operator gave; they override what is learned.</summary>
    public Watts? Override { get; init; }

    private ImmutableDictionary<string, QuietLevel> Levels { get; init; } = ImmutableDictionary<string, QuietLevel>.Empty;

    /// <summary>Memory each model was last seen with, to tell what an unknown one may draw.</summary>
    private ImmutableDictionary<string, double> Bytes { get; init; } = ImmutableDictionary<string, double>.Empty;

    private string Key { get; init; } = "";

    private Joules Sum { get; init; }

    private TimeSpan Length { get; init; }

    /// <summary>
    /// What the device draws with nothing loaded. Where that was never seen, the lowest of what was: better to call a
    /// loaded model's extra idle than a token's.
    /// </summary>
    public (Watts Level, Confidence Confidence)? Idle =>
        Override is { } said ? (said, Confidence.Override)
        : Levels.GetValueOrDefault("") is { Level: { } level } seen ? (level, seen.Confidence)
        : Levels.Values.Select(quiet => quiet.Level).Min() is { } least ? (least, Confidence.Unsure)
        : null;

    /// <summary>Takes in a span in which nothing was active.</summary>
    public BaselineBook Quiet(IReadOnlyList<Resident> residents, Joules energy, TimeSpan time)
    {
        if (residents.Any(resident => resident.Share < 1))
        {
            return Disturbed();
        }

        var key = KeyOf(residents);
        var start = key == Key ? this : Disturbed() with { Key = key };
        var next = start with
        {
            Sum = start.Sum + energy,
            Length = start.Length + time,
            Bytes = residents.Count == 1 ? Bytes.SetItem(key, residents[0].Bytes) : Bytes,
        };
        var level = next.Levels.GetValueOrDefault(key, QuietLevel.Unknown);
        if (next.Length >= FullSpan)
        {
            return (next with { Levels = next.Room(key).SetItem(key, level.With(next.Sum / next.Length)) }).Disturbed();
        }

        return next.Length >= FirstSpan && level.Confidence != Confidence.Learned
            ? next with { Levels = next.Room(key).SetItem(key, level.WithFirst(next.Sum / next.Length)) }
            : next;
    }

    /// <summary>Something was active: the span that was being measured is dropped.</summary>
    public BaselineBook Disturbed() =>
        Length == TimeSpan.Zero ? this : this with { Sum = Joules.Zero, Length = TimeSpan.Zero };

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

    /// <summary>The blob's name is known now: what was learned under the blob is kept under the name.</summary>
    public BaselineBook Renamed(ModelKey from, ModelKey to) => this with
    {
        Levels = Rename(Levels, from, to),
        Bytes = Rename(Bytes, from, to),
        Key = Rename(Key, from, to),
    };

    /// <summary>What a model adds that was never seen in this company: what it adds alone, else what others do by memory.</summary>
    private (ModelKey, Watts, Confidence) Alone(Resident resident, Watts idle)
    {
        if (Levels.GetValueOrDefault(resident.Model.Value) is { Level: { } alone } level)
        {
            return (resident.Model, Watts.Max(Watts.Zero, alone - idle), level.Confidence);
        }

        var known = Bytes.Where(pair => pair.Value > 0 && Levels.GetValueOrDefault(pair.Key)?.Level is not null).ToArray();
        var bytes = known.Sum(pair => pair.Value);
        var extra = known.Sum(pair => Math.Max(0, (Levels[pair.Key].Level!.Value - idle).Value));
        return (resident.Model, new Watts(bytes > 0 ? extra / bytes * resident.Bytes : 0), Confidence.Unsure);
    }

    private ImmutableDictionary<string, QuietLevel> Room(string key) =>
        Levels.Count < MostSets || Levels.ContainsKey(key)
            ? Levels
            : Levels.RemoveRange(Levels.Keys.Where(set => set.Length > 0));

    private static string KeyOf(IEnumerable<Resident> residents) =>
        KeyOf(residents.Select(resident => resident.Model.Value));

    /// <summary>What is known under the new name already stands.</summary>
    private static ImmutableDictionary<string, T> Rename<T>(ImmutableDictionary<string, T> known, ModelKey from, ModelKey to) =>
        known.Where(pair => Rename(pair.Key, from, to) != pair.Key)
            .Aggregate(known, (renamed, pair) => renamed.ContainsKey(Rename(pair.Key, from, to))
                ? renamed.Remove(pair.Key)
                : renamed.Remove(pair.Key).Add(Rename(pair.Key, from, to), pair.Value));

    private static string Rename(string key, ModelKey from, ModelKey to) =>
        KeyOf(key.Split('\n').Select(part => part == from.Value ? to.Value : part).Distinct());

    private static string KeyOf(IEnumerable<string> models) => string.Join('\n', models.Order());
}
