using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What was booked to the other devices since a meter of the whole machine told something last.</summary>
/// <remarks>Such a meter is often slower than the others: what it shows is theirs of all that time, and shared as theirs was.</remarks>
internal sealed record RestBook
{
    /// <summary>How far a meter of the whole machine may lag behind the others.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(10);

    public static RestBook Empty { get; } = new();

    /// <summary>What the meters of the whole machine are ahead of the sum of the others; below zero: behind.</summary>
    public Joules Balance { get; private init; }

    /// <summary>What the others drew since.</summary>
    public Joules Taken { get; private init; }

    /// <summary>What of that was for work.</summary>
    public ImmutableDictionary<Account, Joules> Work { get; private init; } = ImmutableDictionary<Account, Joules>.Empty;

    /// <summary>Something worked since, even if no device drew more for it.</summary>
    public bool Stirred { get; private init; }

    /// <summary>The meters it is reckoned by; null before the first.</summary>
    public string? Meters { get; private init; }

    /// <summary>Seconds that they did not see in this run.</summary>
    public double Unseen { get; private init; }

    /// <summary>What they show of the time before is another meter's, or was seen by none.</summary>
    public Moment Since { get; private init; }

    /// <summary>Up to here the others are booked.</summary>
    public Moment Until { get; private init; }

    /// <summary>Something was booked to another device.</summary>
    public RestBook Add(Joules energy, IReadOnlyList<Claim> booked, bool quiet) => this with
    {
        Balance = Balance - energy,
        Taken = Taken + energy,
        Work = booked.Where(claim => claim.Account.Category is not (Category.Idle or Category.LoadedIdle))
            .Aggregate(Work, (work, claim) => work.SetItem(claim.Account, work.GetValueOrDefault(claim.Account) + new Joules(claim.Weight))),
        Stirred = Stirred || !quiet,
    };

    /// <summary>Everything is booked up to here, and these meters tell what the whole machine draws.</summary>
    /// <remarks>
    /// It starts anew where other meters tell than before, or where they missed time: what the others drew then is nothing
    /// that theirs has to make up for.
    /// </remarks>
    public RestBook BookedUntil(Moment until, IReadOnlyList<DeviceLedger> meters)
    {
        var (ids, unseen) = (string.Join(' ', meters.Select(device => device.Device.Id).Order(StringComparer.Ordinal)), meters.Sum(device => device.Meter.Unknown.TotalSeconds));
        return meters.Count == 0 ? (Meters is null ? Empty : this) with { Until = until }
            : ids == Meters && unseen <= Unseen ? this with { Until = until }
            : Empty with { Meters = ids, Unseen = unseen, Since = until, Until = until };
    }

    /// <summary>The meters told what the whole machine drew: what of it is beyond the others, where there is any.</summary>
    /// <remarks>
    /// Both sides are read at slightly different moments: what is missing now is made up for later, so that the sum is
    /// the largest it ever was, and never falls.
    /// </remarks>
    public (RestBook Next, EnergySpan? Beyond) Told(IReadOnlyList<EnergySpan> spans)
    {
        var (from, to) = (spans.Min(span => span.From), spans.Max(span => span.To));
        var balance = Balance + new Joules(spans.Sum(span => span.Energy.Value * Math.Clamp((span.To - Since) / (span.To - span.From), 0, 1)));
        var next = this with { Balance = Joules.Zero, Taken = Joules.Zero, Work = Empty.Work, Stirred = false };

        // More than a lag of its readings is energy that it does not see: that is nothing to make up for.
        return balance > Joules.Zero
            ? (next, new EnergySpan(from, to, balance, TimeSpan.Zero))
            : (next with { Balance = Joules.Max(balance, Taken * -(LongestLag / (to - from))) }, null);
    }

    public RestBook Renamed(Ollama.ModelKey from, Ollama.ModelKey to) => from == to ? this : this with
    {
        Work = Work.Where(pair => pair.Key.Model == from).Aggregate(Work, (work, pair) => work.Remove(pair.Key)
            .SetItem(pair.Key with { Model = to }, work.GetValueOrDefault(pair.Key with { Model = to }) + pair.Value)),
    };

    public SavedRest Save() =>
        new(Balance, Taken, [.. Work.Select(pair => new SavedAccount(pair.Key.Category, pair.Key.Model, pair.Value.Value))], Stirred, Meters, Since, Until);

    public static RestBook Restored(SavedRest saved) => new()
    {
        Balance = saved.Balance,
        Taken = saved.Taken,
        Work = saved.Work.ToImmutableDictionary(account => new Account(account.Category, account.Model), account => new Joules(account.Value)),
        Stirred = saved.Stirred,
        Meters = saved.Meters,
        Since = saved.Since,
        Until = saved.Until,
    };
}
