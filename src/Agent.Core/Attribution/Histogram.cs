using System.Collections.Immutable;

namespace Agent.Core.Attribution;

/// <summary>Durations in seconds, counted by buckets. Each keeps its own sum, so that it can be added to another exactly.</summary>
public sealed record Histogram
{
    private Histogram(ImmutableArray<double> bounds, ImmutableArray<(long Count, double Sum)> buckets) =>
        (Bounds, Buckets) = (bounds, buckets);

    /// <summary>Upper bounds in seconds, inclusive; above the last is one bucket more.</summary>
    public ImmutableArray<double> Bounds { get; }

    /// <summary>How many fell into each bucket alone, and their sum.</summary>
    public ImmutableArray<(long Count, double Sum)> Buckets { get; }

    /// <summary>Nothing counted yet.</summary>
    public static Histogram Of(params ImmutableArray<double> bounds) =>
        new(bounds, [.. Enumerable.Repeat((0L, 0.0), bounds.Length + 1)]);

    public SavedHistogram Save() => new(Bounds, [.. Buckets.Select(bucket => bucket.Count)], [.. Buckets.Select(bucket => bucket.Sum)]);

    /// <summary>With the bounds it was saved with, also where those of new ones are others.</summary>
    public static Histogram Restored(SavedHistogram saved) =>
        new(saved.Bounds, [.. saved.Counts.Zip(saved.Sums)]);

    /// <summary>With one duration more.</summary>
    public Histogram Add(double seconds)
    {
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
        {
            bucket++;
        }

        var (count, sum) = Buckets[bucket];
        return new Histogram(Bounds, Buckets.SetItem(bucket, (count + 1, sum + seconds)));
    }
}
