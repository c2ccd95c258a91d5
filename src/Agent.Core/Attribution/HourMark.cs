namespace Agent.Core.Attribution;

/// <summary>An hour of the operator's time zone.</summary>
/// <param name="Start">When it begins, in seconds since 1970 UTC.</param>
internal sealed record HourMark(long Start);
