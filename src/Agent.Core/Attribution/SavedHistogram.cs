using System.Collections.Immutable;

namespace Agent.Core.Attribution;

/// <summary>A histogram's buckets: how many fell into each, and their sum.</summary>
public sealed record SavedHistogram(ImmutableArray<double> Bounds, ImmutableArray<long> Counts, ImmutableArray<double> Sums);
