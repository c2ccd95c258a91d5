using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What of the ledger outlives the agent: all that is ever exported as a counter, what was learned, and what is open.</summary>
/// <param name="ProcessorTimes">The last reading of processor time; null before the first.</param>
/// <param name="Names">Blobs and the names of their models.</param>
/// <param name="Embedders">Blobs of models that embed.</param>
/// <param name="BusyUntil">Until when a model's phase is in its busy time, as the proxy saw it.</param>
/// <param name="Profiles">Models by power profile; null where none were told apart yet.</param>
/// <param name="ProfileChanges">The last changes of profile; null where none were.</param>
/// <param name="Rest">What the meters of the whole machine have not told of yet; null of an agent that did not keep it.</param>
/// <param name="Footprint">Emissions and cost; null likewise.</param>
/// <param name="Hours">The last hours; null likewise.</param>
public sealed record SavedLedger(
    ImmutableArray<SavedDevice> Devices,
    ImmutableArray<SavedModel> Models,
    ImmutableArray<SavedRunner> Runners,
    ImmutableArray<SavedRequests> Requests,
    ImmutableArray<SavedRequest> Open,
    SavedLoads Loads,
    SavedPulls Pulls,
    SavedJournal Journal,
    SavedLedger.Processors? ProcessorTimes,
    ImmutableDictionary<string, ImmutableDictionary<MissingCause, long>> SensorErrors,
    ImmutableArray<SavedLedger.Name> Names,
    ImmutableArray<ModelKey> Embedders,
    ImmutableArray<SavedLedger.Busy> BusyUntil,
    ImmutableArray<SavedProfile>? Profiles = null,
    ImmutableArray<SavedLedger.ProfileChange>? ProfileChanges = null,
    SavedRest? Rest = null,
    SavedFootprint? Footprint = null,
    SavedHours? Hours = null)
{
    /// <summary>From then on this profile was in force.</summary>
    public sealed record ProfileChange(Moment From, string Profile);

    /// <summary>Processor time at a moment.</summary>
    public sealed record Processors(Moment At, CpuTimes Times);

    /// <summary>A blob and the model it is booked under.</summary>
    public sealed record Name(ModelKey Blob, ModelKey Model);

    /// <summary>Until when a phase is counted.</summary>
    public sealed record Busy(ModelKey Model, Category Phase, Moment Until);
}
