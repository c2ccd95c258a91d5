using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What became of a model's requests through the proxy.</summary>
public sealed record RequestTotals
{
    public static RequestTotals None { get; } = new();

    /// <summary>How many there were of each kind.</summary>
    public ImmutableDictionary<(InferenceApi Api, RequestOutcome Outcome, UsageQuality Usage), long> Counts { get; private init; } =
        ImmutableDictionary<(InferenceApi, RequestOutcome, UsageQuality), long>.Empty;

    /// <summary>From a request's head to its answer's last byte.</summary>
    public Histogram Duration { get; private init; } = Histogram.Of(0.5, 2, 5, 15, 60, 300);

    /// <summary>From a request's head to the first piece of text.</summary>
    public Histogram FirstToken { get; private init; } = Histogram.Of(0.1, 0.3, 1, 3, 10, 60);

    /// <summary>Joules of its prompt, generation or embedding, by its share of what its model did meanwhile.</summary>
    public Histogram Energy { get; private init; } = Histogram.Of(5, 20, 100, 500, 2000, 10_000);

    /// <summary>With a request's joules, once all of them are booked.</summary>
    public RequestTotals Drew(Joules energy) => this with { Energy = Energy.Add(energy.Value) };

    public SavedRequests Save(ModelKey model) => new(
        model,
        [.. Counts.Select(pair => new SavedRequests.Kind(pair.Key.Api, pair.Key.Outcome, pair.Key.Usage, pair.Value))],
        Duration.Save(),
        FirstToken.Save(),
        Energy.Save());

    public static RequestTotals Restored(SavedRequests saved) => new()
    {
        Counts = saved.Kinds.ToImmutableDictionary(kind => (kind.Api, kind.Outcome, kind.Usage), kind => kind.Count),
        Duration = None.Duration.With(saved.Duration),
        FirstToken = None.FirstToken.With(saved.FirstToken),
        Energy = None.Energy.With(saved.Energy),
    };

    /// <summary>With one request more.</summary>
    public RequestTotals Add(Request request, RequestEnd end, double seconds)
    {
        var kind = (request.Api, end.Outcome, end.Usage.Quality);
        return this with
        {
            Counts = Counts.SetItem(kind, Counts.GetValueOrDefault(kind) + 1),
            Duration = Duration.Add(seconds),
            FirstToken = end.FirstToken is { } first ? FirstToken.Add((first - end.Started).TotalSeconds) : FirstToken,
        };
    }
}
