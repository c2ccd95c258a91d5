using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>How the accounts stood at a moment, to tell what was added since.</summary>
public sealed record Checkpoint(
    Moment At,
    ImmutableDictionary<string, DeviceLedger> Devices,
    ImmutableDictionary<ModelKey, ModelTotals> Models);
