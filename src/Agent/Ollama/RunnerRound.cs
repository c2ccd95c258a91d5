using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>What one look at the runners brought.</summary>
/// <param name="Events">In the order they happened.</param>
/// <param name="Settled">Up to here the activity of every runner is known: the oldest last answer of those that have not answered yet.</param>
/// <param name="Active">A request runs or a model loads.</param>
internal sealed record RunnerRound(IReadOnlyList<LedgerEvent> Events, Moment Settled, bool Active);
