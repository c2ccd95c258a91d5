using Agent.Core.Attribution;

namespace Agent.History;

/// <summary>The hours that an agent went on from.</summary>
/// <param name="Hours">Empty where nothing was kept, or could not be read.</param>
/// <param name="SameBoot">What was drawn since is told by the counters, and booked again to the same hours.</param>
internal sealed record HistoryStart(HourBook Hours, bool SameBoot);
