using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Since when each model, and all of them, do nothing.</summary>
public sealed record IdleBook
{
    public static IdleBook Empty { get; } = new();

    /// <summary>Since when no model worked; null before the first round of readings.</summary>
    public Moment? Since { get; private init; }

    private ImmutableDictionary<ModelKey, Moment> Worked { get; init; } = ImmutableDictionary<ModelKey, Moment>.Empty;

    private ImmutableDictionary<ModelKey, ModelTotals> Last { get; init; } = ImmutableDictionary<ModelKey, ModelTotals>.Empty;

    /// <summary>Joules of work that was seen by its processor time only.</summary>
    private double Unmetered { get; init; }

    /// <summary>A round of readings is in.</summary>
    public IdleBook Ticked(Moment at, Ledger ledger)
    {
        var models = ledger.Models;
        var unmetered = ledger.Devices.Values.SelectMany(device => device.Accounts)
            .Where(pair => pair.Key.Category == Category.Unmetered)
            .Sum(pair => pair.Value.Value);
        if (Since is null)
        {
            return this with { Last = models, Since = at, Unmetered = unmetered }; // what was done before this run is no work of now
        }

        var any = unmetered > Unmetered || ledger.Requests.Lately.Values.Any(request => request.Ended is null);
        if (ReferenceEquals(models, Last))
        {
            return any ? this with { Since = at, Unmetered = unmetered } : this;
        }

        var worked = Worked;
        foreach (var (model, totals) in models)
        {
            var before = Last.GetValueOrDefault(model, ModelTotals.None);
            if (totals.Tokens != before.Tokens || totals.Busy.Total > before.Busy.Total)
            {
                worked = worked.SetItem(model, at);
                any = true;
            }
        }

        return new IdleBook { Worked = worked, Last = models, Since = any ? at : Since, Unmetered = unmetered };
    }

    /// <summary>Since when a model did nothing, as far as this run saw it.</summary>
    public Moment? Of(ModelKey model) => Worked.TryGetValue(model, out var at) ? at : null;
}
