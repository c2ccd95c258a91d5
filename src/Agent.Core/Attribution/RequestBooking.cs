using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Takes the proxy's events in, and decides which requests' tokens count.</summary>
/// <remarks>
/// A model has one source of tokens at a time: where its runner can be read, the runner's numbers hold every request's
/// tokens. Whether it can is known some time after a request's end, when the runner has been found and its model's name is
/// known; until then a request waits.
/// </remarks>
internal static class RequestBooking
{
    /// <summary>A runner is found within one round of readings.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(12);

    /// <summary>A runner whose model has no name for so long is taken for the request's: it counts itself.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>How long what a request did is kept: longer than any energy waits to be booked.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);

    /// <summary>Energy waits no longer than this for a request's first token.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(30);

    public static Ledger Start(Ledger ledger, LedgerEvent.RequestStarted started)
    {
        var state = Resolved(ledger, new RequestState(started.Request, started.At, IsWarm(ledger, started.Request, started.At)));
        return ledger with { Requests = ledger.Requests.With(state, started.At) };
    }

    public static Ledger Progress(Ledger ledger, LedgerEvent.RequestProgressed progress) =>
        ledger.Requests.Lately.TryGetValue(progress.Request, out var state) && state.Ended is null
            ? Followed(
                ledger,
                state with
                {
                    FirstToken = state.FirstToken ?? progress.At,
                    Pieces = Math.Max(state.Pieces, progress.Generated),
                    Told = progress.At,
                },
                progress.At)
            : ledger;

    public static Ledger End(Ledger ledger, LedgerEvent.RequestEnded ended)
    {
        var (request, end) = (ended.Request, ended.End);
        var state = ledger.Requests.Lately.GetValueOrDefault(request.Id)
            ?? new RequestState(request, end.Started, IsWarm(ledger, request, end.Started));
        state = Resolved(ledger, (state with { Request = request }).Over(ended.At, end));
        var model = end.Remote ? ModelKey.Cloud
            : state.Key is { } key && (end.Served || IsKnown(ledger, key)) ? ledger.Admitted(key)
            : ModelKey.Unknown;
        ledger = ledger with { Requests = ledger.Requests.Count(model, request, end, ended.At) };
        if (end is not { Served: true, Remote: false })
        {
            return ledger with { Requests = ledger.Requests.Without(state) };
        }

        if (IsRead(ledger, state, ended.At))
        {
            // Its runner counts its tokens; it stays until all its joules are booked.
            var counted = state with { IsCounted = true };
            return ledger.Requests.HasRoomFor(counted) ? ledger with { Requests = ledger.Requests.With(counted, ended.At) } : ledger;
        }

        return ledger.Requests.HasRoomFor(state)
            ? Followed(ledger, state, ended.At)
            : Counted(ledger, state, ended.At);
    }

    /// <summary>Up to when the phases of all requests are known that only the proxy sees.</summary>
    public static Moment Settled(Ledger ledger, Moment settled, Moment now)
    {
        var unclear = ledger.Requests.Lately.Values
            .Where(state => state is { Unclear: true, Key: not null, Request.Remote: false } && !IsReadElsewhere(ledger, state, now))
            .Select(state => state.Started);
        return Moment.Max(unclear.Aggregate(settled, Moment.Min), Moment.Min(settled, now - LongestHold));
    }

    /// <summary>Counts what can be counted now, and forgets what nothing needs any more.</summary>
    /// <param name="oldest">All energy before it is booked.</param>
    public static Ledger Settle(Ledger ledger, Moment now, Moment oldest)
    {
        ledger = ledger with { Requests = ledger.Requests.Since(now - Kept) };
        foreach (var known in ledger.Requests.Lately.Values)
        {
            var state = Resolved(ledger, known);
            ledger = state == known ? ledger : ledger with { Requests = ledger.Requests.With(state, now) };
            var since = now - (state.Ended ?? state.Started);
            var isDue = since >= FirstLook && (since >= LongestWait || !MayBeUnnamed(ledger, state, now));
            if (state.Ended is { } end && (isDue || state.IsCounted))
            {
                ledger = state.IsCounted ? ledger : Counted(ledger, state, now);
                ledger = end < oldest ? ledger with { Requests = ledger.Requests.Closed(state) } : ledger;
            }
            else if (isDue && state is { FirstToken: { } first, Request.Remote: false } && !IsReadElsewhere(ledger, state, now))
            {
                ledger = CountedLive(ledger, state, first);
            }
        }

        return ledger;
    }

    /// <summary>A runner that is read served this request's model, or may have: it has no name yet.</summary>
    public static bool IsReadElsewhere(Ledger ledger, RequestState state, Moment now) =>
        IsRead(ledger, state, now) || (MayBeUnnamed(ledger, state, now) && !HasRunner(ledger, state, now));

    private static RequestState Resolved(Ledger ledger, RequestState state)
    {
        var key = ledger.KeyOf(state.Request);
        return state with
        {
            Key = key,
            MayClaim = key is { } model && !state.Request.Remote && (state.FirstToken is not null || IsKnown(ledger, model)),
        };
    }

    /// <summary>Ollama has the model: a runner serves it, or it has served a request before.</summary>
    private static bool IsKnown(Ledger ledger, ModelKey key) =>
        ledger.Models.ContainsKey(key) || ledger.Loaded.ContainsKey(key) || ledger.Requests.Totals.ContainsKey(key);

    private static bool IsRead(Ledger ledger, RequestState state, Moment now) =>
        state.Key is { } key && Readable(ledger, state, now).Any(runner => runner.Model == key);

    private static bool MayBeUnnamed(Ledger ledger, RequestState state, Moment now) =>
        Readable(ledger, state, now).Any(runner => runner.Model is not { Named: true });

    private static bool HasRunner(Ledger ledger, RequestState state, Moment now) =>
        state.Key is { } key && Serving(ledger, state, now).Any(runner => runner.Model == key);

    private static IEnumerable<RunnerState> Readable(Ledger ledger, RequestState state, Moment now) =>
        Serving(ledger, state, now).Where(runner => runner.WasRead(state.Started));

    private static IEnumerable<RunnerState> Serving(Ledger ledger, RequestState state, Moment now) =>
        ledger.Runners.Values.Where(runner => runner.Runner.Ollama == state.Request.Ollama
            && runner.Started <= (state.Ended ?? now)
            && (runner.Gone ?? now) >= state.Started);

    private static bool IsWarm(Ledger ledger, Request request, Moment at) => ledger.KeyOf(request) is { } key
        && (ledger.Loaded.ContainsKey(key)
            || ledger.Runners.Values.Any(runner => runner.Gone is null && runner.Model == key)
            || (ledger.Requests.AnsweredAt.TryGetValue(key, out var last) && at - last < Kept));

    /// <summary>Goes on with a request, and notes that its model answers.</summary>
    private static Ledger Followed(Ledger ledger, RequestState state, Moment at)
    {
        state = Resolved(ledger, state);
        var book = ledger.Requests.With(state, at);
        return ledger with
        {
            Requests = state is { FirstToken: not null, Key: { } key }
                ? book with { AnsweredAt = book.AnsweredAt.SetItem(key, at) }
                : book,
        };
    }

    private static Ledger Counted(Ledger ledger, RequestState state, Moment now)
    {
        ledger = ledger with { Requests = ledger.Requests.With(state with { IsCounted = true }, now) };
        if (state.End is not { Served: true, Remote: false } end
            || state.Key is not { } model
            || IsReadElsewhere(ledger, state, now))
        {
            return ledger;
        }

        var key = ledger.Admitted(model);

        var cached = end.Usage.Cached ?? 0;
        var tokens = new TokenCounts(
            Math.Max(0, (end.Usage.Prompt ?? 0) - cached), cached, Math.Max(0, (end.Usage.Generated ?? 0) - state.Counted));
        var (slots, busy) = (PhaseSeconds.None, PhaseSeconds.None);
        foreach (var (from, to, phase) in state.All)
        {
            // What was counted while it ran is not counted again.
            var rest = phase == Category.Generation && state.CountedUntil is { } until ? Moment.Max(from, Moment.Min(until, to)) : from;
            slots += PhaseSeconds.Of(phase, (to - rest).TotalSeconds);
            (var book, var part) = ledger.Requests.Busy(key, phase, rest, to);
            (ledger, busy) = (ledger with { Requests = book }, busy + part);
        }

        return ledger.CountedByProxy(key).Add(key, new ModelTotals
        {
            Tokens = tokens,
            Source = TokenSource.Proxy,
            Estimated = end.Usage.Quality != UsageQuality.Exact,
            Slots = slots,
            Busy = busy,
        }, state.CountedUntil ?? state.FirstToken ?? state.Started, state.Ended ?? now);
    }

    private static Ledger CountedLive(Ledger ledger, RequestState state, Moment first)
    {
        if (state.Told <= (state.CountedUntil ?? first) || state.Key is not { } model)
        {
            return ledger;
        }

        var key = ledger.Admitted(model);

        var from = state.CountedUntil ?? first;
        var (book, busy) = ledger.Requests.Busy(key, Category.Generation, from, state.Told);
        ledger = ledger with { Requests = book.With(state with { Counted = state.Pieces, CountedUntil = state.Told }, state.Told) };
        return ledger.CountedByProxy(key).Add(key, new ModelTotals
        {
            Tokens = new TokenCounts(0, 0, state.Pieces - state.Counted),
            Source = TokenSource.Proxy,
            Estimated = true,
            Slots = PhaseSeconds.Of(Category.Generation, (state.Told - from).TotalSeconds),
            Busy = busy,
        }, from, state.Told);
    }
}
