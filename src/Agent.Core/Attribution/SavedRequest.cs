using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What of a request through the proxy outlives the agent.</summary>
/// <param name="Ended">When it was over; null: it was running when the agent ended, and the connection ended with it.</param>
/// <param name="Counted">Generated tokens that are in its model's totals already, until <paramref name="CountedUntil"/>.</param>
public sealed record SavedRequest(
    Request Request,
    Moment Started,
    bool Warm,
    Moment? FirstToken,
    long Pieces,
    Moment Told,
    Moment? Ended,
    RequestEnd? End,
    long Counted,
    Moment? CountedUntil,
    bool IsCounted,
    Joules Energy);
