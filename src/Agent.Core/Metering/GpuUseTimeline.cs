using System.Collections.Immutable;
using Agent.Core.Units;

namespace Agent.Core.Metering;

/// <summary>Which processes used a GPU when, as its driver's samples tell it, oldest dropped.</summary>
/// <remarks>
/// Samples are of the time before they are read, so what a shared GPU drew waits for those of its time. A driver that tells
/// nothing new may only be late: the second time in a row it means that nothing ran.
/// </remarks>
public sealed record GpuUseTimeline
{
    /// <summary>What the driver told is asked for every second. Longer ago, nothing is known and nothing waited for.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(2.5);

    /// <summary>The length of a window whose beginning is not known.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private const int MostWindows = 64;

    public static GpuUseTimeline Empty { get; } = new();

    /// <summary>Up to here the use is known; null where nothing was told yet.</summary>
    public Moment? Until => Windows.IsEmpty ? null : Windows[^1].To;

    /// <summary>The last window told; null before the first.</summary>
    public GpuUse? Last => Windows.IsEmpty ? null : Windows[^1];

    private ImmutableList<GpuUse> Windows { get; init; } = [];

    private bool ToldNothing { get; init; }

    /// <summary>Takes in what was told since the last time.</summary>
    public GpuUseTimeline Add(Moment at, ImmutableArray<ProcessUtilization> samples)
    {
        if (Until >= at)
        {
            return this;
        }

        var isKnown = Until is { } until && at - until <= Life;
        if (samples.IsEmpty && isKnown && !ToldNothing)
        {
            return this with { ToldNothing = true };
        }

        var window = new GpuUse(
            isKnown ? Until!.Value : at - Window, at, samples.ToImmutableDictionary(sample => sample.Pid, sample => sample.SmRatio));
        return this with
        {
            Windows = (Windows.Count < MostWindows ? Windows : Windows.RemoveAt(0)).Add(window),
            ToldNothing = samples.IsEmpty,
        };
    }

    /// <summary>The use in a span, averaged; null where nothing is known of it. What is past the last window goes on like it for a while.</summary>
    public ImmutableDictionary<int, double>? Between(Moment from, Moment to)
    {
        var (sum, known) = (ImmutableDictionary<int, double>.Empty, 0.0);
        foreach (var window in Windows)
        {
            var end = window.To == Until && to > window.To && to - window.To <= Life ? to : window.To;
            var seconds = (Moment.Min(end, to) - Moment.Max(window.From, from)).TotalSeconds;
            if (seconds <= 0)
            {
                continue;
            }

            known += seconds;
            sum = window.Ratios.Aggregate(sum, (all, use) => all.SetItem(use.Key, all.GetValueOrDefault(use.Key) + (use.Value * seconds)));
        }

        return known > 0 ? sum.ToImmutableDictionary(use => use.Key, use => use.Value / known) : null;
    }
}
