using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>How much of a GPU's time each process used in a window, by pid; 0 to 1, those that used none left out.</summary>
public sealed record GpuUse(Moment From, Moment To, ImmutableDictionary<int, double> Ratios);
