using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What of a runner outlives the agent: enough to tell what it did meanwhile, should it still be there.</summary>
/// <param name="Highest">The most tokens its counters showed.</param>
/// <param name="Spans">What it did lately, as far as energy of then is not booked yet.</param>
public sealed record SavedRunner(
    Runner Runner,
    ModelKey? Model,
    bool BornSeen,
    Moment Started,
    Moment LastSeen,
    Moment LastAnswer,
    Moment? Serving,
    Moment? Gone,
    bool HasCounters,
    bool Slotless,
    bool EmbedsOnly,
    bool CountedElsewhere,
    RunnerCounters? Counters,
    long Highest,
    SavedPhases Phases,
    SavedTasks Tasks,
    ImmutableDictionary<string, long?> Gpus,
    ImmutableArray<ActivitySpan> Spans);
