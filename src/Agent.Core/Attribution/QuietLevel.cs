using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What a device draws in quiet, learned from spans of ten seconds: their median.</summary>
/// <remarks>
/// Counters of energy move in steps of up to 100 ms, so single ticks lie; over 10 s that is 1 %. Of a processor only the spans
/// count in which about as little ran as in the quietest: a program that uses little for hours is no part of idle.
/// </remarks>
public sealed record QuietLevel
{
    /// <summary>From here on the level is trusted: three minutes of quiet, over which a machine that was just busy cools down.</summary>
    private const int Enough = 18;

    /// <summary>Spans kept: ten minutes of quiet, so that the level follows the room's temperature.</summary>
    private const int MostSpans = 60;

    /// <summary>With so much more than in the quietest span, something else ran.</summary>
    private const double MoreCores = 1.25, FewCores = 0.05;

    public static QuietLevel Unknown { get; } = new();

    /// <summary>Watts of each, and how many cores were busy.</summary>
    private ImmutableList<(double Watts, double Cores)> Spans { get; init; } = [];

    /// <summary>From shorter spans put together; stands until a full one is there.</summary>
    private Watts? First { get; init; }

    public Watts? Level => Spans.Count > 0 ? new Watts(Median(Spans.Select(span => span.Watts))) : First;

    public Confidence Confidence => Spans.Count >= Enough ? Confidence.Learned : Confidence.Unsure;

    /// <summary>Half of what the middle half of its spans spread over; of one that is not sure, a fifth of the level.</summary>
    public Watts Spread
    {
        get
        {
            var sorted = Spans.Select(span => span.Watts).Order().ToArray();
            return Confidence == Confidence.Learned
                ? new Watts((sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4]) / 2)
                : (Level ?? Watts.Zero) * 0.2;
        }
    }

    /// <summary>There is no full span yet.</summary>
    public bool IsProvisional => Spans.IsEmpty;

    public SavedBaseline.Level Save(ImmutableArray<ModelKey> models) =>
        new(models, [.. Spans.Select(span => span.Watts)], [.. Spans.Select(span => span.Cores)], First);

    public static QuietLevel Restored(SavedBaseline.Level saved) =>
        new() { Spans = [.. saved.Spans.Zip(saved.Cores).TakeLast(MostSpans)], First = saved.First };

    public QuietLevel WithFirst(Watts level) => this with { First = level };

    /// <summary>Takes in a full span.</summary>
    /// <param name="cores">How many cores were busy; 0 where it is no processor.</param>
    public QuietLevel With(Watts level, double cores)
    {
        var most = (Spans.Select(span => span.Cores).Append(cores).Min() * MoreCores) + FewCores;
        var spans = Spans.RemoveAll(span => span.Cores > most);
        return cores > most
            ? this with { Spans = spans }
            : this with { Spans = (spans.Count >= MostSpans ? spans.RemoveAt(0) : spans).Add((level.Value, cores)) };
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
