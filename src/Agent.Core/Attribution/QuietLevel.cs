using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What a device draws in quiet, learned from spans of ten seconds: their median.</summary>
/// <remarks>Counters of energy move in steps of up to 100 ms, so single ticks lie; over 10 s that is 1 %.</remarks>
public sealed record QuietLevel
{
    /// <summary>From here on the level is trusted: three minutes of quiet, over which a machine that was just busy cools down.</summary>
    private const int Enough = 18;

    /// <summary>Spans kept: ten minutes of quiet, so that the level follows the room's temperature.</summary>
    private const int MostSpans = 60;

    public static QuietLevel Unknown { get; } = new();

    private ImmutableList<double> Spans { get; init; } = [];

    /// <summary>From the first, shorter span; stands until a full one is there.</summary>
    private Watts? First { get; init; }

    public Watts? Level => Spans.Count > 0 ? new Watts(Median(Spans)) : First;

    public Confidence Confidence => Spans.Count >= Enough ? Confidence.Learned : Confidence.Unsure;

    /// <summary>Half of what the middle half of its spans spread over; of one that is not sure, a fifth of the level.</summary>
    public Watts Spread
    {
        get
        {
            var sorted = Spans.Order().ToArray();
            return Confidence == Confidence.Learned
                ? new Watts((sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4]) / 2)
                : (Level ?? Watts.Zero) * 0.2;
        }
    }

    public SavedBaseline.Level Save(ImmutableArray<ModelKey> models) => new(models, [.. Spans], First);

    public static QuietLevel Restored(SavedBaseline.Level saved) => new() { Spans = [.. saved.Spans.TakeLast(MostSpans)], First = saved.First };

    public QuietLevel WithFirst(Watts level) => this with { First = level };

    public QuietLevel With(Watts level) =>
        this with { Spans = (Spans.Count >= MostSpans ? Spans.RemoveAt(0) : Spans).Add(level.Value) };

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
