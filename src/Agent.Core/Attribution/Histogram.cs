using System.Collections.Immutable;

namespace Agent.Core.Attribution;

/// <summary>Values, counted by buckets. Each keeps its own sum, so that it can be added to another exactly.</summary>
public sealed record Histogram
{
    private Histogram(ImmutableArray<double> bounds, ImmutableArray<(long Count, double Sum)> buckets) =>
        (Bounds, Buckets) = (bounds, buckets);

    /// <summary>Upper bounds, inclusive; above the last is one bucket more.</summary>
    public ImmutableArray<double> Bounds { get; }

    /// <summary>How many fell into each bucket alone, and their sum.</summary>
    public ImmutableArray<(long Count, double Sum)> Buckets { get; }

    /// <summary>Nothing counted yet.</summary>
    public static Histogram Of(params ImmutableArray<double> bounds) =>
        new(bounds, [.. Enumerable.Repeat((0L, 0.0), bounds.Length + 1)]);

    public SavedHistogram Save() => new(Bounds, [.. Buckets.Select(bucket => bucket.Count)], [.. Buckets.Select(bucket => bucket.Sum)]);

    /// <summary>With these bounds. What was saved with others goes where each bucket's mean belongs: nothing is lost.</summary>
    public Histogram With(SavedHistogram saved)
    {
        var buckets = Buckets;
        foreach (var (count, sum) in saved.Counts.Zip(saved.Sums).Where(bucket => bucket.First > 0))
        {
            var at = BucketOf(sum / count);
            buckets = buckets.SetItem(at, (buckets[at].Count + count, buckets[at].Sum + sum));
        }

        return new Histogram(Bounds, buckets);
    }

    /// <summary>With one value more.</summary>
    public Histogram Add(double value)
    {
        var bucket = BucketOf(value);
        var (count, sum) = Buckets[bucket];
        return new Histogram(Bounds, Buckets.SetItem(bucket, (count + 1, sum + value)));
    }

    private int BucketOf(double value)
    {
        var bucket = 0;
        while (bucket < Bounds.Length && value > Bounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
