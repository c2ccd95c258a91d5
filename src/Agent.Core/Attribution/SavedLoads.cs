using System.Collections.Immutable;
using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>Loads so far, and the runners whose load is among them.</summary>
public sealed record SavedLoads(ImmutableArray<SavedLoads.Load> Totals, ImmutableArray<RunnerId> Closed)
{
    /// <summary>Loads of one model for one cause.</summary>
    public sealed record Load(ModelKey Model, LoadCause Cause, LoadTotals Totals);
}
