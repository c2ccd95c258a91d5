using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>Energy a device drew between two readings.</summary>
/// <param name="From">The earlier reading.</param>
/// <param name="To">The later one.</param>
/// <param name="Energy">What was drawn.</param>
/// <param name="Lag">Some of it may have been drawn up to this long before <paramref name="From"/>.</param>
public sealed record EnergySpan(Moment From, Moment To, Joules Energy, TimeSpan Lag);
