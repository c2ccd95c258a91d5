using System.Collections.Immutable;
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
