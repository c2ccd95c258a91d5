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

    /// <summary>A round of readings is in.</summary>
    public IdleBook Ticked(Moment at, ImmutableDictionary<ModelKey, ModelTotals> models)
    {
        if (Since is null)
        {
            return this with { Last = models, Since = at }; // what was done before this run is no work of now
        }

        if (ReferenceEquals(models, Last))
        {
            return this;
        }

        var worked = Worked;
        var any = false;
        foreach (var (model, totals) in models)
        {
            var before = Last.GetValueOrDefault(model, ModelTotals.None);
            if (totals.Tokens != before.Tokens || totals.Busy.Total > before.Busy.Total)
            {
                worked = worked.SetItem(model, at);
                any = true;
            }
        }

        return new IdleBook { Worked = worked, Last = models, Since = any ? at : Since };
    }

    /// <summary>Since when a model did nothing, as far as this run saw it.</summary>
    public Moment? Of(ModelKey model) => Worked.TryGetValue(model, out var at) ? at : null;
}
