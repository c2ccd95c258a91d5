using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What the log told and is not used yet, and what of it could not be used.</summary>
public sealed record SavedJournal(
    long Ambiguous,
    long BeforeStart,
    ImmutableArray<LedgerEvent.TaskLogged> Tasks,
    ImmutableArray<LedgerEvent.LoadLogged> Loads,
    ImmutableArray<SavedJournal.Load> Unseen)
{
    /// <summary>A load that only the log told of.</summary>
    public sealed record Load(Moment At, ModelKey Model);
}
