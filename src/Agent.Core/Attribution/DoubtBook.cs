using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>By how much each account of one device may be wrong: what the rules of booking cannot tell, added up.</summary>
/// <remarks>
/// Three causes, each taken at its bound. Where the company of the active changes, a counter that moves in steps shows up to a
/// step's energy on the wrong side. A baseline is known to within its own spread. And those who are active together are told
/// apart by a rule: as far as it departs from a plain split by time, it may be wrong.
/// </remarks>
public sealed record DoubtBook
{
    public static DoubtBook None { get; } = new();

    /// <summary>Joules by account. A model's prompts and generations are one, under generation: between them nothing is lost.</summary>
    public ImmutableDictionary<Account, Joules> Accounts { get; private init; } = ImmutableDictionary<Account, Joules>.Empty;

    private ImmutableHashSet<Account> Active { get; init; } = [];

    private Watts Above { get; init; }

    /// <summary>Takes a booked span in.</summary>
    /// <param name="lag">How far the counter may lag.</param>
    /// <param name="time">How long the span is.</param>
    /// <param name="above">What was drawn above idle and loaded idle.</param>
    /// <param name="claims">Who was active, as it was booked.</param>
    /// <param name="spread">How far the baseline may be off.</param>
    /// <param name="isMeasured">The claims' weights are measured, as processor time is; else they are a rule's.</param>
    public DoubtBook Booked(TimeSpan lag, TimeSpan time, Joules above, IReadOnlyList<Claim> claims, Watts spread, bool isMeasured)
    {
        var active = claims.Select(claim => Party(claim.Account)).ToImmutableHashSet();
        var power = above / time;
        var accounts = Accounts;
        if (!active.SetEquals(Active))
        {
            var edge = Watts.Max(power, Above) * lag;
            accounts = active.Union(Active).Aggregate(accounts, (all, account) => Add(all, account, edge));
        }

        var (weights, activities) = (claims.Sum(claim => claim.Weight), claims.Sum(claim => claim.Activity));
        foreach (var party in claims.GroupBy(claim => Party(claim.Account)))
        {
            var share = party.Sum(claim => claim.Weight) / weights;
            var plain = !isMeasured && activities > 0 ? party.Sum(claim => claim.Activity) / activities : share;
            accounts = Add(accounts, party.Key, (spread * time * share) + (above * Math.Abs(share - plain)));
        }

        return this with { Accounts = accounts, Active = active, Above = power };
    }

    /// <summary>A model's name is known now.</summary>
    public DoubtBook Renamed(ModelKey from, ModelKey to) => this with
    {
        Accounts = Accounts.Where(pair => pair.Key.Model == from).Aggregate(
            Accounts, (all, pair) => Add(all.Remove(pair.Key), pair.Key with { Model = to }, pair.Value)),
        Active = [.. Active.Select(account => account.Model == from ? account with { Model = to } : account)],
    };

    private static Account Party(Account account) =>
        account.Category is Category.Prompt or Category.Embedding ? account with { Category = Category.Generation } : account;

    private static ImmutableDictionary<Account, Joules> Add(ImmutableDictionary<Account, Joules> all, Account account, Joules more) =>
        all.SetItem(account, all.GetValueOrDefault(account) + more);
}
