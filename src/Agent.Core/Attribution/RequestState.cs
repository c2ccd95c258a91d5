using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>A request through the proxy: what it did when, as far as only the proxy can tell.</summary>
/// <param name="Request">The request.</param>
/// <param name="Started">When it came.</param>
/// <param name="Warm">Its model was in memory then: what comes before the first token is no load.</param>
public sealed record RequestState(Request Request, Moment Started, bool Warm)
{
    public Moment? FirstToken { get; init; }

    /// <summary>Pieces of text so far.</summary>
    public long Pieces { get; init; }

    /// <summary>When it told them.</summary>
    public Moment Told { get; init; }

    public Moment? Ended { get; private init; }

    public RequestEnd? End { get; private init; }

    /// <summary>Generated tokens that are in its model's totals already.</summary>
    public long Counted { get; init; }

    /// <summary>What its model is booked under, as far as that was known at the last round of readings.</summary>
    public ModelKey? Key { get; init; }

    /// <summary>
    /// It may claim joules: its model is one of this Ollama's, by an answer that has begun or because it is known. A name
    /// alone is what a client wrote.
    /// </summary>
    public bool MayClaim { get; init; }

    /// <summary>Until when its generation is in its model's totals already.</summary>
    public Moment? CountedUntil { get; init; }

    /// <summary>Its tokens are in its model's totals, or were decided to be counted elsewhere.</summary>
    public bool IsCounted { get; init; }

    /// <summary>What of its model's joules is its own, as far as they are booked.</summary>
    public Joules Energy { get; init; }

    /// <summary>What it did is not known yet: nothing of its answer is there.</summary>
    public bool Unclear => Ended is null && FirstToken is null;

    private ImmutableArray<(Moment From, Moment To, Category Category)> Phases { get; init; } = [];

    public SavedRequest Save() => new(Request, Started, Warm, FirstToken, Pieces, Told, Ended, End, Counted, CountedUntil, IsCounted, Energy);

    /// <summary>The request as it was, under a number that no request of this run has.</summary>
    public static RequestState Restored(SavedRequest saved, RequestId id)
    {
        var state = new RequestState(saved.Request with { Id = id }, saved.Started, saved.Warm)
        {
            FirstToken = saved.FirstToken,
            Pieces = saved.Pieces,
            Told = saved.Told,
            Counted = saved.Counted,
            CountedUntil = saved.CountedUntil,
            IsCounted = saved.IsCounted,
            Energy = saved.Energy,
        };
        return saved is { Ended: { } at, End: { } end } ? state.Over(at, end) : state;
    }

    /// <summary>How it ended, where the agent that carried it went away.</summary>
    public RequestEnd BrokenOff => new(
        Started,
        FirstToken,
        RequestOutcome.Aborted,
        Served: FirstToken is not null,
        Request.Remote,
        new Usage { Quality = UsageQuality.Estimated, Generated = Pieces });

    /// <summary>It is over; its usage tells what it did.</summary>
    public RequestState Over(Moment at, RequestEnd end) => this with
    {
        Ended = at,
        End = end,
        FirstToken = end.FirstToken ?? FirstToken,
        Phases = end is { Served: true, Remote: false } ? [.. PhasesOf(at, end)] : [],
    };

    /// <summary>What it did in a window; an open request goes on as it is.</summary>
    public PhaseSeconds Within(Moment from, Moment to)
    {
        var sum = PhaseSeconds.None;
        foreach (var (start, end, category) in Ended is null ? [.. Live(to)] : Phases)
        {
            var seconds = (Moment.Min(end, to) - Moment.Max(start, from)).TotalSeconds;
            sum += seconds > 0 ? PhaseSeconds.Of(category, seconds) : PhaseSeconds.None;
        }

        return sum;
    }

    /// <summary>All it did, once it is over.</summary>
    public IEnumerable<(Moment From, Moment To, Category Category)> All => Phases;

    private Category Before => Request.Embedding && Warm ? Category.Embedding : Warm ? Category.Prompt : Category.Load;

    private IEnumerable<(Moment From, Moment To, Category Category)> Live(Moment now)
    {
        yield return (Started, FirstToken ?? now, Before);
        if (FirstToken is { } first)
        {
            yield return (first, now, Category.Generation);
        }
    }

    /// <summary>
    /// Its phases from its durations, backwards from its end: what is before the prompt is the load where the model was
    /// not there, else the wait for another request's end, in which it did nothing.
    /// </summary>
    private IEnumerable<(Moment From, Moment To, Category Category)> PhasesOf(Moment at, RequestEnd end)
    {
        var answer = at;
        if (!Request.Embedding)
        {
            answer = end.Usage.Generation is { } generation ? at - generation : FirstToken ?? at;
            answer = Moment.Min(at, Moment.Max(Started, answer));
            yield return (answer, at, Category.Generation);
        }

        var work = Request.Embedding ? Category.Embedding : Category.Prompt;
        var prompt = end.Usage.PromptEvaluation is { } evaluation ? answer - evaluation
            : end.Usage.Load is { } load && !Warm ? Started + load
            : Warm ? Started
            : answer;
        prompt = Moment.Min(answer, Moment.Max(Started, prompt));
        yield return (prompt, answer, work);
        if (!Warm)
        {
            yield return (Started, prompt, Category.Load);
        }
    }
}
