using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Energy and tokens of models by the power profile they were drawn and processed under.</summary>
/// <remarks>
/// Energy is booked when it is known what for, some time after it was drawn: so the profiles of the last minutes are
/// remembered, and what was drawn over a change is split by time.
/// </remarks>
public sealed record ProfileBook
{
    /// <summary>The profile where none is known.</summary>
    public const string Unknown = "unknown";

    /// <summary>Most profiles told apart; a daemon knows three.</summary>
    private const int MostProfiles = 8;

    public static ProfileBook Empty { get; } = new();

    public ImmutableDictionary<(ModelKey Model, string Profile), ProfileTotals> Totals { get; private init; } =
        ImmutableDictionary<(ModelKey, string), ProfileTotals>.Empty;

    /// <summary>A profile was known at some time: without one there is nothing to tell apart.</summary>
    public bool IsKnown => Totals.Keys.Any(key => key.Profile != Unknown);

    private ChangeLog<string> Changes { get; init; } = ChangeLog<string>.Empty;

    /// <summary>The profile is this from now on.</summary>
    public ProfileBook Changed(Moment at, string? profile)
    {
        var name = Admitted(profile is { Length: > 0 } ? profile : Unknown);
        return name == (Changes.Now ?? Unknown) ? this : this with { Changes = Changes.Add(at, name) };
    }

    /// <summary>Tokens that a model processed between two moments, which may be long ago: some are counted late.</summary>
    public ProfileBook Count(ModelKey model, TokenCounts tokens, Moment from, Moment to)
    {
        if (tokens == default)
        {
            return this;
        }

        var (next, counted, share) = (this, default(TokenCounts), 0.0);
        foreach (var part in Shares(from, to))
        {
            share += part.Share;
            var until = tokens.Part(share);
            next = next.Add(model, part.Profile, ProfileTotals.None with { Tokens = until - counted });
            counted = until;
        }

        return next;
    }

    /// <summary>What was booked of the time between two moments.</summary>
    /// <param name="booked">In joules.</param>
    public ProfileBook Book(IReadOnlyList<Claim> booked, Moment from, Moment to)
    {
        var next = this;
        (string Profile, double Share)[]? shares = null;
        foreach (var (account, energy, _) in booked)
        {
            if (account.Model is { } model)
            {
                shares ??= Shares(from, to);
                next = shares.Aggregate(next, (book, part) => book.Add(
                    model, part.Profile, new ProfileTotals(ImmutableDictionary<Category, Joules>.Empty.Add(account.Category, new Joules(energy * part.Share)), default)));
            }
        }

        return next;
    }

    /// <summary>A model's name is known now.</summary>
    public ProfileBook Renamed(ModelKey from, ModelKey to) => from == to ? this : Totals
        .Where(pair => pair.Key.Model == from)
        .Aggregate(this, (book, pair) => (book with { Totals = book.Totals.Remove(pair.Key) }).Add(to, pair.Key.Profile, pair.Value));

    /// <summary>Since when which profile was in force; the last one goes on until another is read, also while the agent is down.</summary>
    public ImmutableArray<SavedLedger.ProfileChange> SaveChanges() => [.. Changes.Changes.Select(change => new SavedLedger.ProfileChange(change.From, change.Value))];

    public ImmutableArray<SavedProfile> Save() =>
    [
        .. Totals.Select(pair => new SavedProfile(
            pair.Key.Model, pair.Key.Profile, [.. pair.Value.Energy.Select(part => new SavedProfile.Part(part.Key, part.Value))], pair.Value.Tokens)),
    ];

    /// <summary>The machine was started anew: no moment of then means anything now.</summary>
    public ProfileBook Closed() => this with { Changes = ChangeLog<string>.Empty };

    public static ProfileBook Restored(ImmutableArray<SavedProfile> saved, ImmutableArray<SavedLedger.ProfileChange> changes) => Empty with
    {
        Changes = ChangeLog<string>.Of(changes.Select(change => (change.From, change.Profile))),
        Totals = saved.ToImmutableDictionary(
            item => (item.Model, item.Profile),
            item => new ProfileTotals(item.Energy.ToImmutableDictionary(part => part.Category, part => part.Energy), item.Tokens)),
    };

    private ProfileBook Add(ModelKey model, string profile, ProfileTotals since) => this with
    {
        Totals = Totals.SetItem((model, profile), Totals.GetValueOrDefault((model, profile), ProfileTotals.None) + since),
    };

    /// <summary>How a span of time divides over the profiles.</summary>
    private (string Profile, double Share)[] Shares(Moment from, Moment to)
    {
        var shares = new List<(string, double)>();
        var start = from;
        foreach (var cut in Changes.Between(from, to).Reverse())
        {
            shares.Add((At(start), (cut - start) / (to - from)));
            start = cut;
        }

        return [.. shares, (At(start), to > from ? (to - start) / (to - from) : 1)];
    }

    private string At(Moment moment) => Changes.At(moment) ?? Unknown;

    private string Admitted(string profile)
    {
        var known = Totals.Keys.Select(key => key.Profile).Concat(Changes.Changes.Select(change => change.Value)).ToHashSet();
        return known.Contains(profile) || known.Count < MostProfiles ? profile : "other";
    }
}
