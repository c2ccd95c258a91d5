using System.Collections.Immutable;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Downloads of models through the proxy.</summary>
public sealed record PullBook
{
    /// <summary>A download that tells nothing for so long has lost its end; the verification of a big one takes many minutes.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromHours(6);

    /// <summary>How long an ended one is kept: longer than any energy waits to be booked.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);

    public static PullBook Empty { get; } = new();

    public ImmutableDictionary<RequestOutcome, long> Counts { get; private init; } = ImmutableDictionary<RequestOutcome, long>.Empty;

    public long Bytes { get; private init; }

    /// <summary>Summed over downloads.</summary>
    public double Seconds { get; private init; }

    private ImmutableDictionary<RequestId, (Moment From, Moment Told, bool Over)> Lately { get; init; } =
        ImmutableDictionary<RequestId, (Moment, Moment, bool)>.Empty;

    public SavedPulls Save() => new(Counts, Bytes, Seconds);

    /// <summary>What ran has ended with the agent that carried it; Ollama goes on with it when it is asked again.</summary>
    public static PullBook Restored(SavedPulls saved) => new() { Counts = saved.Counts, Bytes = saved.Bytes, Seconds = saved.Seconds };

    public PullBook Progress(LedgerEvent.PullProgressed progress) => this with
    {
        Bytes = Bytes + progress.Bytes,
        Lately = Lately.SetItem(
            progress.Request,
            (Lately.TryGetValue(progress.Request, out var known) ? known.From : progress.At, progress.At, false)),
    };

    public PullBook End(LedgerEvent.PullEnded ended) => this with
    {
        Counts = Counts.SetItem(ended.Outcome, Counts.GetValueOrDefault(ended.Outcome) + 1),
        Seconds = Seconds + (ended.At - ended.Started).TotalSeconds,
        Lately = Lately.SetItem(ended.Request, (ended.Started, ended.At, true)),
    };

    public PullBook Since(Moment now) => Lately.IsEmpty ? this : this with
    {
        Lately = Lately.RemoveRange(Lately
            .Where(pair => pair.Value.Told < now - (pair.Value.Over ? Kept : Silence))
            .Select(pair => pair.Key)),
    };

    /// <summary>For what share of a window a download ran, 0 to 1.</summary>
    public double Activity(Moment from, Moment to) => Lately.IsEmpty || to <= from ? 0 : Lately.Values
        .Select(pull => (Moment.Min(pull.Over ? pull.Told : to, to) - Moment.Max(pull.From, from)) / (to - from))
        .Append(0)
        .Max();
}
