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

    /// <summary>Spans that count: of more, the older ones fade.</summary>
    private const int Recent = 10;

    /// <summary>Less than this share of a span tells nothing: counters move in steps.</summary>
    private const double Whole = 0.99;

    public static SoloBook Empty { get; } = new();

    /// <summary>By account, from how many spans; none: from one that only began with it.</summary>
    private ImmutableDictionary<Account, (double Watts, int Spans)> Alone { get; init; } =
        ImmutableDictionary<Account, (double, int)>.Empty;

    /// <summary>Who had the last span for itself.</summary>
    private Account? Last { get; init; }

    /// <summary>Learns from a span that one account had for itself; of its first, a step's energy may still be another's.</summary>
    public SoloBook Learn(IReadOnlyList<Claim> claims, Joules above, TimeSpan time)
    {
        if (claims is not [{ Activity: >= Whole, Account: var account }])
        {
            return Last is null ? this : this with { Last = null };
        }

        var known = Alone.Count < Most || Alone.ContainsKey(account) ? Alone : ImmutableDictionary<Account, (double Watts, int Spans)>.Empty;
        var watts = (above / time).Value;
        var before = known.GetValueOrDefault(account);
        if (account != Last)
        {
            return this with { Last = account, Alone = known.ContainsKey(account) ? known : known.SetItem(account, (watts, 0)) };
        }

        var spans = Math.Min(before.Spans + 1, Recent);
        return this with { Alone = known.SetItem(account, (before.Watts + ((watts - before.Watts) / spans), spans)) };
    }

    /// <summary>Watts by account.</summary>
    public ImmutableArray<SavedAccount> Save() => [.. Alone.Select(pair => new SavedAccount(pair.Key.Category, pair.Key.Model, pair.Value.Watts))];

    public static SoloBook Restored(ImmutableArray<SavedAccount> saved) => Empty with
    {
        Alone = saved.ToImmutableDictionary(account => new Account(account.Category, account.Model), account => (account.Value, Recent)),
    };

    /// <summary>A model's name is known now. What is known under the name already stands.</summary>
    public SoloBook Renamed(ModelKey from, ModelKey to) => this with
    {
        Alone = Alone.Where(pair => pair.Key.Model == from).Aggregate(Alone, (alone, pair) =>
            pair.Key with { Model = to } is var named && alone.ContainsKey(named) ? alone.Remove(pair.Key) : alone.Remove(pair.Key).Add(named, pair.Value)),
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
            Weight = (Of(claim.Account) is > 0 and var alone ? alone : most) * claim.Activity * time.TotalSeconds,
        })];
        var rest = above.Value - explained.Sum(claim => claim.Weight);
        return rest > 0 ? [.. explained, new Claim(new Account(Category.Unobserved), rest)] : explained;
    }

    /// <summary>
    /// Weighs claims by what each draws alone; of whom that is not known yet, by what others draw for the same. Where that is
    /// not known either, claims stand as they are.
    /// </summary>
    public IReadOnlyList<Claim> Weigh(IReadOnlyList<Claim> claims)
    {
        if (claims.Count < 2)
        {
            return claims;
        }

        Claim[] weighed = [.. claims.Select(claim => claim with { Weight = Guess(claim.Account) * claim.Activity })];
        return weighed.All(claim => claim.Weight > 0) ? weighed : claims;
    }

    private double Guess(Account account) => Of(account) is > 0 and var alone
        ? alone
        : Alone.Where(pair => pair.Key.Category == account.Category && pair.Value.Watts > 0)
            .Select(pair => pair.Value.Watts).DefaultIfEmpty().Average();

    private double Of(Account account) => Alone.GetValueOrDefault(account).Watts;
}
