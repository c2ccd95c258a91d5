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

    /// <summary>Most changes remembered: more in the time that bookings wait is somebody's play.</summary>
    private const int MostChanges = 64;

    public static ProfileBook Empty { get; } = new();

    public ImmutableDictionary<(ModelKey Model, string Profile), ProfileTotals> Totals { get; private init; } =
        ImmutableDictionary<(ModelKey, string), ProfileTotals>.Empty;

    /// <summary>A profile was known at some time: without one there is nothing to tell apart.</summary>
    public bool IsKnown => Totals.Keys.Any(key => key.Profile != Unknown);

    private ImmutableList<(Moment From, string Profile)> Changes { get; init; } = [];

    private string Now => Changes.IsEmpty ? Unknown : Changes[^1].Profile;

    /// <summary>The profile is this from now on.</summary>
    public ProfileBook Changed(Moment at, string? profile)
    {
        var name = Admitted(profile is { Length: > 0 } ? profile : Unknown);
        return name == Now ? this : this with
        {
            Changes = (Changes.Count < MostChanges ? Changes : Changes.RemoveAt(0)).Add((at, name)),
        };
    }

    /// <summary>Tokens that a model processed just now.</summary>
    public ProfileBook Count(ModelKey model, TokenCounts tokens) =>
        tokens == default ? this : Add(model, Now, ProfileTotals.None with { Tokens = tokens });

    /// <summary>What was booked to models of the time between two moments.</summary>
    public ProfileBook Book(
        ImmutableDictionary<string, DeviceLedger> before, ImmutableDictionary<string, DeviceLedger> after, Moment from, Moment to)
    {
        var next = this;
        (string Profile, double Share)[]? shares = null;
        foreach (var (id, device) in after)
        {
            var earlier = before.GetValueOrDefault(id)?.Accounts ?? ImmutableDictionary<Account, Joules>.Empty;
            if (ReferenceEquals(earlier, device.Accounts))
            {
                continue;
            }

            foreach (var (account, total) in device.Accounts)
            {
                var energy = total - earlier.GetValueOrDefault(account);
                if (account.Model is { } model && energy > Joules.Zero)
                {
                    shares ??= Shares(from, to);
                    next = shares.Aggregate(next, (book, part) => book.Add(
                        model, part.Profile, new ProfileTotals(ImmutableDictionary<Category, Joules>.Empty.Add(account.Category, energy * part.Share), default)));
                }
            }
        }

        return next;
    }

    /// <summary>A model's name is known now.</summary>
    public ProfileBook Renamed(ModelKey from, ModelKey to) => from == to ? this : Totals
        .Where(pair => pair.Key.Model == from)
        .Aggregate(this, (book, pair) => (book with { Totals = book.Totals.Remove(pair.Key) }).Add(to, pair.Key.Profile, pair.Value));

    public ImmutableArray<SavedProfile> Save() =>
    [
        .. Totals.Select(pair => new SavedProfile(
            pair.Key.Model, pair.Key.Profile, [.. pair.Value.Energy.Select(part => new SavedProfile.Part(part.Key, part.Value))], pair.Value.Tokens)),
    ];

    public static ProfileBook Restored(ImmutableArray<SavedProfile> saved) => Empty with
    {
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
        if (Changes.IsEmpty || to <= from || Changes[^1].From <= from)
        {
            return [(Now, 1)];
        }

        var shares = new List<(string, double)>();
        var (start, profile) = (from, Unknown);
        foreach (var change in Changes.Append((From: to, Profile: "")))
        {
            var end = Moment.Min(Moment.Max(change.From, from), to);
            if (end > start)
            {
                shares.Add((profile, (end - start) / (to - from)));
            }

            (start, profile) = (end, change.Profile);
        }

        return [.. shares];
    }

    private string Admitted(string profile)
    {
        var known = Totals.Keys.Select(key => key.Profile).Concat(Changes.Select(change => change.Profile)).ToHashSet();
        return known.Contains(profile) || known.Count < MostProfiles ? profile : "other";
    }
}
