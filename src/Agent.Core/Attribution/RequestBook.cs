using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Requests through the proxy: those that run, those of the last minute, and what became of all.</summary>
public sealed record RequestBook
{
    /// <summary>Most requests followed; of more, the end alone counts, and at once.</summary>
    private const int MostFollowed = 4096;

    public static RequestBook Empty { get; } = new();

    /// <summary>Running, or ended lately.</summary>
    public ImmutableDictionary<RequestId, RequestState> Lately { get; init; } = ImmutableDictionary<RequestId, RequestState>.Empty;

    /// <summary>By model; those of cloud models and of unknown names under one name each.</summary>
    public ImmutableDictionary<ModelKey, RequestTotals> Totals { get; init; } = ImmutableDictionary<ModelKey, RequestTotals>.Empty;

    /// <summary>Until when a model's phase is in its busy time already: requests at once are one busy time.</summary>
    public ImmutableDictionary<(ModelKey Model, Category Phase), Moment> BusyUntil { get; init; } =
        ImmutableDictionary<(ModelKey, Category), Moment>.Empty;

    /// <summary>When each model's answers last got on, in the last minute: it was in memory then.</summary>
    public ImmutableDictionary<ModelKey, Moment> AnsweredAt { get; init; } = ImmutableDictionary<ModelKey, Moment>.Empty;

    /// <summary>When there was no room for a request last: around it, quiet cannot be told from work.</summary>
    public Moment? Crowded { get; private init; }

    public RequestBook With(RequestState state, Moment at) => HasRoomFor(state)
        ? this with { Lately = Lately.SetItem(state.Request.Id, state) }
        : this with { Crowded = at };

    /// <summary>Forgets what is over since long before that.</summary>
    public RequestBook Since(Moment oldest) => AnsweredAt.IsEmpty && BusyUntil.IsEmpty ? this : this with
    {
        AnsweredAt = AnsweredAt.RemoveRange(AnsweredAt.Where(pair => pair.Value < oldest).Select(pair => pair.Key)),
        BusyUntil = BusyUntil.RemoveRange(BusyUntil.Where(pair => pair.Value < oldest).Select(pair => pair.Key)),
    };

    /// <summary>There were more requests in a window than could be followed.</summary>
    public bool IsCrowded(Moment from) => Crowded >= from;

    public bool HasRoomFor(RequestState state) => Lately.Count < MostFollowed || Lately.ContainsKey(state.Request.Id);

    public RequestBook Without(RequestState state) => this with { Lately = Lately.Remove(state.Request.Id) };

    /// <summary>All its joules are booked.</summary>
    public RequestBook Closed(RequestState state) => Without(state) with
    {
        Totals = state is { Key: { } model, Energy.Value: > 0 } && (Totals.ContainsKey(model) ? model : ModelKey.Overflow) is var to
            && Totals.TryGetValue(to, out var totals)
            ? Totals.SetItem(to, totals.Drew(state.Energy))
            : Totals,
    };

    public RequestBook Count(ModelKey model, Request request, RequestEnd end, Moment at)
    {
        // Served names come and go with models that are created and deleted.
        model = Totals.ContainsKey(model) || Totals.Count < Ledger.MostModels ? model : ModelKey.Overflow;
        var totals = Totals.GetValueOrDefault(model, RequestTotals.None).Add(request, end, (at - end.Started).TotalSeconds);
        return this with { Totals = Totals.SetItem(model, totals) };
    }

    /// <summary>Takes a model's phase into its busy time: what of it no other request took in before.</summary>
    public (RequestBook Next, PhaseSeconds Busy) Busy(ModelKey model, Category phase, Moment from, Moment to)
    {
        var until = BusyUntil.TryGetValue((model, phase), out var known) ? known : from;
        var seconds = Math.Max(0, (to - Moment.Max(from, until)).TotalSeconds);
        return (
            this with { BusyUntil = BusyUntil.SetItem((model, phase), Moment.Max(until, to)) },
            PhaseSeconds.Of(phase, seconds));
    }
}
