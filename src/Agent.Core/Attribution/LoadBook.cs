using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Loads by what caused them, which can be told shortly after they are over.</summary>
public sealed record LoadBook
{
    /// <summary>A request that waited for the load runs within this time after it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static LoadBook Empty { get; } = new();

    public ImmutableDictionary<(ModelKey Model, LoadCause Cause), LoadTotals> Totals { get; private init; } =
        ImmutableDictionary<(ModelKey, LoadCause), LoadTotals>.Empty;

    /// <summary>Runners whose load is in the totals.</summary>
    private ImmutableHashSet<RunnerId> Closed { get; init; } = [];

    public SavedLoads Save() =>
        new([.. Totals.Select(pair => new SavedLoads.Load(pair.Key.Model, pair.Key.Cause, pair.Value))], [.. Closed]);

    public static LoadBook Restored(SavedLoads saved) => new()
    {
        Totals = saved.Totals.ToImmutableDictionary(load => (load.Model, load.Cause), load => load.Totals),
        Closed = [.. saved.Closed],
    };

    /// <summary>Takes in the loads that are over and booked.</summary>
    internal static LoadBook Settle(Ledger ledger, Moment settled)
    {
        var book = ledger.Loads;
        if (book.Closed.Any(id => !ledger.Runners.ContainsKey(id)))
        {
            book = book with { Closed = book.Closed.Intersect(ledger.Runners.Keys) };
        }

        foreach (var (id, runner) in ledger.Runners)
        {
            if (runner is { BornSeen: true, Unseen: false, Model: { Named: true } model }
                && !book.Closed.Contains(id)
                && (runner.Serving + Patience ?? runner.Gone) is { } over
                && over <= settled)
            {
                book = book.Close(ledger, runner, model);
            }
        }

        return book;
    }

    private LoadBook Close(Ledger ledger, RunnerState runner, ModelKey model)
    {
        var known = Totals.Where(pair => pair.Key.Model == model).ToArray();
        var cause = runner.Serving is not { } served ? LoadCause.Failed
            : !runner.WorkedWithin(served, served + Patience) ? LoadCause.Preload
            : known.Any(pair => pair.Key.Cause != LoadCause.Failed) ? LoadCause.AfterEviction
            : LoadCause.FirstUse;
        var account = new Account(Category.Load, model);
        var booked = ledger.Devices.Values
            .Where(device => device.Device.Component is not null)
            .Sum(device => device.Accounts.GetValueOrDefault(account).Value);
        var load = new LoadTotals(
            1,
            ((runner.Serving ?? runner.Gone!.Value) - runner.Started).TotalSeconds,
            new Joules(Math.Max(0, booked - known.Sum(pair => pair.Value.Energy.Value))));
        return this with
        {
            Closed = Closed.Add(runner.Runner.Id),
            Totals = Totals.SetItem((model, cause), Totals.GetValueOrDefault((model, cause)) + load),
        };
    }
}
