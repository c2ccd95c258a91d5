using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What each account drew on one device while it had it for itself: the fair measure when several share it.</summary>
/// <remarks>
/// A GPU's time is not its watts: prompt evaluation draws twice what a game does in the same time. Those who share a GPU
/// slow each other down alike, so what each draws alone, by how long it is active, splits what they draw together.
/// </remarks>
public sealed record SoloBook
{
    /// <summary>Most accounts kept; past this the book is started anew.</summary>
    private const int Most = 256;

    /// <summary>How much a new span changes what is known: about the last ten count.</summary>
    private const double Weight = 0.1;

    /// <summary>Less than this share of a span tells nothing: counters move in steps.</summary>
    private const double Whole = 0.99;

    public static SoloBook Empty { get; } = new();

    private ImmutableDictionary<Account, double> Watts { get; init; } = ImmutableDictionary<Account, double>.Empty;

    /// <summary>Learns from a span that one account had for itself.</summary>
    public SoloBook Learn(IReadOnlyList<Claim> claims, Joules above, TimeSpan time)
    {
        if (claims is not [{ Activity: >= Whole, Account: var account }])
        {
            return this;
        }

        var watts = (above / time).Value;
        var known = Watts.Count < Most || Watts.ContainsKey(account) ? Watts : ImmutableDictionary<Account, double>.Empty;
        return this with
        {
            Watts = known.SetItem(account, known.TryGetValue(account, out var before) ? before + (Weight * (watts - before)) : watts),
        };
    }

    /// <summary>Watts by account.</summary>
    public ImmutableArray<SavedAccount> Save() => [.. Watts.Select(pair => new SavedAccount(pair.Key.Category, pair.Key.Model, pair.Value))];

    public static SoloBook Restored(ImmutableArray<SavedAccount> saved) => Empty with
    {
        Watts = saved.ToImmutableDictionary(account => new Account(account.Category, account.Model), account => account.Value),
    };

    /// <summary>A model's name is known now. What is known under the name already stands.</summary>
    public SoloBook Renamed(ModelKey from, ModelKey to) => this with
    {
        Watts = Watts.Where(pair => pair.Key.Model == from).Aggregate(Watts, (watts, pair) =>
            pair.Key with { Model = to } is var named && watts.ContainsKey(named) ? watts.Remove(pair.Key) : watts.Remove(pair.Key).Add(named, pair.Value)),
    };

    /// <summary>
    /// What is explained of a span that is too long to tell when in it the energy was drawn: what each draws alone for as
    /// long as it was active, or, where that is not known, its share of the time. The rest is nobody's.
    /// </summary>
    public IReadOnlyList<Claim> Explain(IReadOnlyList<Claim> claims, Joules above, TimeSpan time)
    {
        if (above <= Joules.Zero)
        {
            return claims;
        }

        var most = (above / time).Value;
        Claim[] explained = [.. claims.Select(claim => claim with
        {
            Weight = (Watts.GetValueOrDefault(claim.Account) is > 0 and var alone ? alone : most) * claim.Activity * time.TotalSeconds,
        })];
        var rest = above.Value - explained.Sum(claim => claim.Weight);
        return rest > 0 ? [.. explained, new Claim(new Account(Category.Unobserved), rest)] : explained;
    }

    /// <summary>Weighs claims by what each draws alone, where that is known of all; else they stand as they are.</summary>
    public IReadOnlyList<Claim> Weigh(IReadOnlyList<Claim> claims)
    {
        if (claims.Count < 2 || claims.Any(claim => Watts.GetValueOrDefault(claim.Account) <= 0 || claim.Activity <= 0))
        {
            return claims;
        }

        return [.. claims.Select(claim => claim with { Weight = Watts[claim.Account] * claim.Activity })];
    }
}
