using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>One device's meter, what of it is not booked yet, and its accounts: they add up to what was measured.</summary>
public sealed partial record DeviceLedger(Device Device)
{
    /// <summary>A span longer than this says nothing of when within it the energy was drawn.</summary>
    internal static readonly TimeSpan LongestSpan = TimeSpan.FromSeconds(30);

    /// <summary>How much less than its baseline a device may seem to draw and make up for later: counters move in steps.</summary>
    private static readonly TimeSpan LongestDebt = TimeSpan.FromSeconds(2);

    /// <summary>Most spans that wait; more means that nothing is settled any more.</summary>
    private const int MostPending = 1000;

    public EnergyMeter Meter { get; init; } = EnergyMeter.Start;

    /// <summary>It was measured, now or in an earlier run.</summary>
    public bool WasMeasured => Meter.WasRead || Measured > Joules.Zero;

    /// <summary>All that was measured, booked or not.</summary>
    public Joules Measured { get; private init; }

    public ImmutableDictionary<Account, Joules> Accounts { get; private init; } = ImmutableDictionary<Account, Joules>.Empty;

    public BaselineBook Baseline { get; init; } = BaselineBook.Empty;

    public SoloBook Solo { get; private init; } = SoloBook.Empty;

    public DoubtBook Doubts { get; private init; } = DoubtBook.None;

    public ImmutableQueue<EnergySpan> Pending { get; private init; } = [];

    private int PendingCount { get; init; }

    /// <summary>Baseline that was due and not there.</summary>
    private Joules Debt { get; init; }

    /// <summary>Measured, less what is booked and what waits: rounding, and nothing else.</summary>
    public Joules Imbalance
    {
        get
        {
            var known = Accounts.Values.Sum(joules => joules.Value) + Pending.Sum(span => span.Energy.Value);
            return new Joules(Measured.Value - known);
        }
    }

    /// <summary>Too much waits: the oldest has to be booked as it is.</summary>
    public bool Overfull => PendingCount > MostPending;

    public DeviceLedger Read(Moment at, Reading reading)
    {
        var (meter, span) = Meter.Read(at, reading);
        var next = this with
        {
            Meter = meter,
            Accounts = meter.WasRead && Accounts.IsEmpty ? Accounts.Add(new Account(Category.Idle), Joules.Zero) : Accounts, // counters begin at zero
        };
        return span is { } measured ? next.Add(measured) : next;
    }

    public DeviceLedger Add(EnergySpan span) => this with
    {
        Measured = Measured + span.Energy,
        Pending = Pending.Enqueue(span),
        PendingCount = PendingCount + 1,
    };

    /// <summary>Takes the oldest waiting span, if it ended by then.</summary>
    public (DeviceLedger Next, EnergySpan Span)? Take(Moment settled)
    {
        if (Pending.IsEmpty || (Pending.Peek().To > settled && !Overfull))
        {
            return null;
        }

        var rest = Pending.Dequeue(out var span);
        return (this with { Pending = rest, PendingCount = PendingCount - 1 }, span);
    }

    /// <summary>Books a span: idle and loaded idle first, what is above to who claims it.</summary>
    /// <param name="span">The energy.</param>
    /// <param name="residents">The models in the device's memory.</param>
    /// <param name="claims">Who was active, each with a weight above zero; empty where nobody was, or, of a long span, where that is not known.</param>
    /// <param name="quiet">Nothing disturbed the device: its level can be learned from.</param>
    /// <param name="cores">Core-seconds used, where it is a processor.</param>
    public DeviceLedger Book(
        EnergySpan span,
        IReadOnlyList<Resident> residents,
        IReadOnlyList<Claim> claims,
        bool quiet,
        double cores = 0)
    {
        var time = span.To - span.From;
        var due = Due(residents, time);
        var dueNow = new Joules(due.Sum(part => part.Energy.Value));
        var owed = dueNow > Joules.Zero ? dueNow + Debt : Joules.Zero;
        var basis = Joules.Min(span.Energy, owed);
        var above = span.Energy - basis;
        var accounts = Split(Accounts, basis, [.. due.Select(part => new Claim(part.Account, part.Energy.Value))]);
        accounts = time > LongestSpan
            ? Split(accounts, above, Unclear(claims, above, time))
            : Split(accounts, above, claims.Count > 0 && !(quiet && Baseline.Idle is null) ? claims : Unclaimed(residents));
        return this with
        {
            Accounts = accounts,
            Debt = Joules.Min(owed - basis, dueNow * (LongestDebt / time)),
            Doubts = time > LongestSpan ? Doubts : Doubts.Booked(
                span.Lag, time, above, claims, Baseline.Spread(residents), isMeasured: Device.Kind != DeviceKind.Gpu),
            Solo = time > LongestSpan ? Solo : Solo.Learn(claims, above, time),
            Baseline = quiet && time <= LongestSpan
                ? Baseline.Quiet(residents, span.Energy, time, cores)
                : Baseline.Disturbed(),
        };
    }

    /// <summary>Adds and books a span of a derived device at once.</summary>
    public DeviceLedger AddBooked(EnergySpan span, IReadOnlyList<Claim> claims, bool quiet) =>
        (this with { Measured = Measured + span.Energy }).Book(span, [], claims, quiet);

    /// <summary>What was booked since, in joules by account.</summary>
    public IReadOnlyList<Claim> BookedSince(DeviceLedger before) => ReferenceEquals(before.Accounts, Accounts) ? [] :
    [
        .. Accounts
            .Select(pair => new Claim(pair.Key, (pair.Value - before.Accounts.GetValueOrDefault(pair.Key)).Value))
            .Where(claim => claim.Weight > 0),
    ];

    /// <summary>A model's name is known now: what was booked under its blob goes under the name.</summary>
    public DeviceLedger Renamed(ModelKey from, ModelKey to)
    {
        var accounts = Accounts;
        foreach (var (account, joules) in Accounts.Where(pair => pair.Key.Model == from))
        {
            var renamed = account with { Model = to };
            accounts = accounts.Remove(account).SetItem(renamed, accounts.GetValueOrDefault(renamed) + joules);
        }

        return this with { Accounts = accounts, Baseline = Baseline.Renamed(from, to), Solo = Solo.Renamed(from, to), Doubts = Doubts.Renamed(from, to) };
    }

    /// <summary>
    /// When in a long span it was drawn is not known, but perhaps who was active for how long: the growth of a runner's
    /// counters tells that also of the time the agent was down. Processor time splits a span of any length.
    /// </summary>
    private IReadOnlyList<Claim> Unclear(IReadOnlyList<Claim> claims, Joules above, TimeSpan time) =>
        claims.Count == 0 ? [new Claim(new Account(Category.Unobserved), 1)]
        : Device.Kind == DeviceKind.Gpu ? Solo.Explain(claims, above, time)
        : claims;

    private List<(Account Account, Joules Energy)> Due(IReadOnlyList<Resident> residents, TimeSpan time)
    {
        var idle = Baseline.Idle is var (level, _) ? level * time : Joules.Zero;
        var due = new List<(Account, Joules)> { (new Account(Category.Idle), idle) };
        var shares = residents.ToDictionary(resident => resident.Model, resident => resident.Share);
        due.AddRange(Baseline.Loaded(residents)
            .Select(part => (new Account(Category.LoadedIdle, part.Model), part.Level * time * shares[part.Model])));
        return due;
    }

    /// <summary>Nobody was active: it is what the device draws like this, more than was known.</summary>
    private static Claim[] Unclaimed(IReadOnlyList<Resident> residents)
    {
        var known = residents.All(resident => resident.Bytes > 0);
        return residents.Count == 0
            ? [new Claim(new Account(Category.Idle), 1)]
            : [.. residents.Select(resident =>
                new Claim(new Account(Category.LoadedIdle, resident.Model), known ? resident.Bytes : 1))];
    }

    private static ImmutableDictionary<Account, Joules> Split(
        ImmutableDictionary<Account, Joules> accounts,
        Joules energy,
        IReadOnlyList<Claim> claims)
    {
        var sum = claims.Sum(claim => claim.Weight);
        if (energy.Value <= 0)
        {
            return accounts;
        }

        foreach (var claim in claims)
        {
            accounts = accounts.SetItem(
                claim.Account,
                accounts.GetValueOrDefault(claim.Account) + (energy * (claim.Weight / sum)));
        }

        return accounts;
    }
}
