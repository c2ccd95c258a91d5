using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>A runner as the ledger knows it: what it serves, since when, and what it did lately.</summary>
public sealed partial record RunnerState
{
    /// <summary>How long what a runner did is kept: longer than any energy waits to be booked.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);

    /// <summary>Longer than any batch takes: a runner that has said nothing for so long is not taken to go on as it was.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly RunnerPhases _phases = RunnerPhases.Start;
    private readonly TokenMeter _tokens = TokenMeter.FromNowOn;
    private readonly TaskBook _tasks = TaskBook.FromNowOn;

    /// <summary>A runner that was found just now.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="started">When its process started.</param>
    /// <param name="model">What it serves, as far as that is known.</param>
    /// <param name="origin">Since when the ledger is kept: what was there before is not counted.</param>
    /// <param name="since">Since when the agent runs: how long what started before loaded was not seen.</param>
    public RunnerState(Runner runner, Moment started, ModelKey? model, Moment origin, Moment since)
    {
        Runner = runner;
        Model = model;
        BornSeen = started >= since;
        Started = Moment.Max(started, origin);
        LastSeen = Started;
        (_tokens, _tasks) = started >= origin ? (TokenMeter.FromBirth, TaskBook.FromBirth) : (TokenMeter.FromNowOn, TaskBook.FromNowOn);
        LastAnswer = Started;
    }

    public Runner Runner { get; init; }

    public ModelKey? Model { get; init; }

    /// <summary>It started, or loaded, under the agent's eyes: its counters started from zero and its load is ours.</summary>
    public bool BornSeen { get; private init; }

    public Moment Started { get; }

    /// <summary>The moment of its last answer; what it did is known until then.</summary>
    public Moment LastSeen { get; private init; }

    /// <summary>When it answered last; what it counted is known until then.</summary>
    private Moment LastAnswer { get; init; }

    /// <summary>When it first served; null while it loads.</summary>
    public Moment? Serving { get; private init; }

    public Moment? Gone { get; private init; }

    public bool HasCounters { get; private init; }

    /// <summary>When it works cannot be seen: it may not be read, or its slots are switched off.</summary>
    public bool Unseen => Runner.Unreadable is not null || Slotless;

    /// <summary>What it does cannot be seen, or has not been for long.</summary>
    public bool UnseenAt(Moment at) => Unseen || (Gone is null && at - LastSeen > LongestSilence);

    /// <summary>Its model embeds, and cannot generate, as Ollama tells it.</summary>
    public bool EmbedsOnly { get; init; }

    private bool Slotless { get; init; }

    private bool Embeds => Runner.Embedding || EmbedsOnly;

    /// <summary>The GPUs whose driver listed its process last, with the memory it held there; kept when it is gone.</summary>
    public ImmutableDictionary<string, long?> Gpus { get; private init; } = ImmutableDictionary<string, long?>.Empty;

    private ImmutableList<ActivitySpan> Spans { get; init; } = [];

    /// <summary>Takes an answer in.</summary>
    /// <returns>The runner after it, and what it did since the last one: to be added to its model's totals.</returns>
    public (RunnerState Next, ModelTotals Since) Answered(Moment at, RunnerAnswer answer)
    {
        if (at < LastSeen || Gone is not null)
        {
            return (this, ModelTotals.None);
        }

        var seconds = (at - LastSeen).TotalSeconds;
        return answer switch
        {
            RunnerAnswer.Loading => Serving is null
                ? new RunnerState(this, _phases, TokenMeter.FromBirth, TaskBook.FromBirth) { BornSeen = true }
                    .Did(at, new PhaseSeconds(seconds, 0, 0, 0), ModelTotals.None)
                : (this with { LastSeen = at }, ModelTotals.None),
            RunnerAnswer.Serving serving => Served(at, seconds, serving),
            _ => throw new ArgumentOutOfRangeException(nameof(answer)),
        };
    }

    /// <summary>A GPU's driver listed its processes.</summary>
    public RunnerState Listed(string uuid, IReadOnlyList<GpuProcess> processes)
    {
        var own = processes.FirstOrDefault(process => process.Pid == Runner.Id.Pid);
        return Gone is not null ? this
            : own is null ? this with { Gpus = Gpus.Remove(uuid) }
            : this with { Gpus = Gpus.SetItem(uuid, own.MemoryBytes) };
    }

    /// <summary>Its process ended: until then it did what it did before.</summary>
    public (RunnerState Next, ModelTotals Since) Ended(Moment at)
    {
        var end = Moment.Max(at, LastSeen);
        var seconds = (end - LastSeen).TotalSeconds;
        var phases = !Unseen ? Phases(Serving is null ? Category.Load : _phases.Last, seconds) : default;
        var (next, since) = Did(end, phases, ModelTotals.None);
        return (next with { Gone = end }, since);
    }

    /// <summary>It is found again, and perhaps can be read now, or no more. What it did so far stands.</summary>
    /// <remarks>What others counted while it could not be read, it counted too: then only what is new counts.</remarks>
    public RunnerState FoundAgain(Runner runner, ModelKey? model)
    {
        var next = this with { Runner = runner, Model = model, Gone = null };
        return Runner.Unreadable is not null && runner.Unreadable is null && CountedElsewhere
            ? new RunnerState(next, _phases, TokenMeter.FromNowOn, TaskBook.FromNowOn) { CountedElsewhere = false }
            : next;
    }

    /// <summary>What it did in a window. Where that is not known yet, it is taken to go on as it was last seen.</summary>
    public PhaseSeconds Within(Moment from, Moment to)
    {
        var sum = PhaseSeconds.None;
        for (var i = Spans.Count - 1; i >= 0 && Spans[i].To > from; i--)
        {
            sum += Spans[i].Within(from, to);
        }

        var end = Moment.Min(Gone ?? LastSeen + LongestSilence, to);
        var unknown = end - Moment.Max(LastSeen, from);
        return unknown <= TimeSpan.Zero || Unseen
            ? sum
            : sum + Phases(Serving is null ? Category.Load : _phases.Last ?? Category.Prompt, unknown.TotalSeconds);
    }

    /// <summary>It evaluated or generated in a window.</summary>
    public bool WorkedWithin(Moment from, Moment to) => Within(from, to) is var did && did.Total > did.Load;

    /// <summary>For what share of a window its model lay in memory, loaded: 0 to 1.</summary>
    public double Resident(Moment from, Moment to)
    {
        if ((Runner.Unreadable is null ? Serving : Started) is not { } since || to <= from)
        {
            return 0;
        }

        var present = (Gone is { } gone ? Moment.Min(gone, to) : to) - Moment.Max(since, from);
        return present <= TimeSpan.Zero ? 0 : present / (to - from);
    }

    private (RunnerState Next, ModelTotals Since) Served(Moment at, double seconds, RunnerAnswer.Serving answer)
    {
        var slots = answer.Slots ?? [];
        var (tasks, seen) = _tasks.Read(at, slots);
        var (tokens, counted, promptSeconds, generationSeconds) = answer.Counters is { } counters
            ? _tokens.Read(counters, slots.Where(slot => slot.Busy).Sum(slot => slot.Decoded))
            : (_tokens, HasCounters ? default : seen, 0.0, 0.0);
        var (phases, prompt, generation) =
            _phases.Advance(seconds, slots, promptSeconds, generationSeconds, answer.Counters);
        var load = Serving is null && BornSeen ? Math.Max(0, seconds - prompt - generation) : 0;
        var did = Embeds
            ? new PhaseSeconds(load, 0, 0, prompt + generation)
            : new PhaseSeconds(load, prompt, generation, 0);
        var loaded = Serving is null && BornSeen;
        var next = new RunnerState(this, phases, tokens, tasks)
        {
            LastAnswer = at,
            Serving = Serving ?? at - TimeSpan.FromSeconds(Math.Min(seconds, prompt + generation)),
            HasCounters = HasCounters || answer.Counters is not null,
            Slotless = answer.Slots is null,
        };
        return next.Did(at, did, new ModelTotals
        {
            Tokens = counted,
            Source = next.HasCounters ? TokenSource.Runner : next.Slotless ? TokenSource.None : TokenSource.Slots,
            Loads = loaded ? 1 : 0,
            LoadSeconds = loaded ? (next.Serving.Value - Started).TotalSeconds : 0,
        });
    }

    private RunnerState(RunnerState before, RunnerPhases phases, TokenMeter tokens, TaskBook tasks)
        : this(before)
    {
        _phases = phases;
        _tokens = tokens;
        _tasks = tasks;
    }

    private (RunnerState Next, ModelTotals Since) Did(Moment at, PhaseSeconds slots, ModelTotals since)
    {
        var spans = Spans;
        while (spans.Count > 0 && spans[0].To < at - Kept)
        {
            spans = spans.RemoveAt(0);
        }

        var next = this with { LastSeen = at, Spans = spans.Add(new ActivitySpan(LastSeen, at, slots)) };
        return (next, since with { Slots = slots, Busy = slots.AtMost((at - LastSeen).TotalSeconds) });
    }

    private PhaseSeconds Phases(Category? category, double seconds) => category switch
    {
        null => PhaseSeconds.None,
        not Category.Load when Embeds => PhaseSeconds.Of(Category.Embedding, seconds),
        { } phase => PhaseSeconds.Of(phase, seconds),
    };
}
