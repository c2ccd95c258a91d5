namespace Agent.Core.Ollama;

/// <summary>Turns a runner's counters into tokens, so that they move while they are generated and are exact at rest.</summary>
/// <remarks>
/// The runner adds a task's tokens to its total when the task ends; until then its slot shows them. Total plus busy
/// slots therefore grows with the work. It may seem to fall for a moment, when a task ends between the reading of the
/// counters and that of the slots: then the highest value so far stands until it is passed again.
/// </remarks>
public sealed record TokenMeter
{
    private readonly RunnerCounters? _last;
    private readonly long _highest;

    private TokenMeter(RunnerCounters? last, long highest)
    {
        _last = last;
        _highest = highest;
    }

    /// <summary>For a runner whose whole life is seen: its counters started from zero under our eyes.</summary>
    public static TokenMeter FromBirth { get; } = new(new RunnerCounters(0, 0, 0, 0, 0), 0);

    /// <summary>For a runner that was there before: what it counted so far is not ours.</summary>
    public static TokenMeter FromNowOn { get; } = new(null, 0);

    /// <summary>What was read last, and the most that was generated: enough to go on from.</summary>
    public (RunnerCounters? Last, long Highest) Save() => (_last, _highest);

    public static TokenMeter Restored(RunnerCounters? last, long highest) => new(last, highest);

    /// <summary>Reads the counters once more.</summary>
    /// <returns>The meter after it, the tokens since the last reading, and how far the two clocks of seconds moved.</returns>
    public (TokenMeter Next, TokenCounts Tokens, double PromptSeconds, double GenerationSeconds) Read(
        RunnerCounters now,
        long decodedInBusySlots)
    {
        var generated = now.GeneratedTokens + decodedInBusySlots;
        if (_last is not { } last)
        {
            return (new TokenMeter(now, generated), default, 0, 0);
        }

        if (IsReset(last, now))
        {
            // Started again from zero: all that it counts now is new.
            return (
                new TokenMeter(now, generated),
                new TokenCounts(now.PromptTokens, now.CachedTokens ?? 0, generated),
                now.PromptSeconds,
                now.GenerationSeconds);
        }

        var tokens = new TokenCounts(
            now.PromptTokens - last.PromptTokens,
            Math.Max(0, (now.CachedTokens ?? 0) - (last.CachedTokens ?? 0)),
            Math.Max(0, generated - _highest));
        return (
            new TokenMeter(now, Math.Max(_highest, generated)),
            tokens,
            Math.Max(0, now.PromptSeconds - last.PromptSeconds),
            Math.Max(0, now.GenerationSeconds - last.GenerationSeconds));
    }

    private static bool IsReset(RunnerCounters last, RunnerCounters now) =>
        now.GeneratedTokens < last.GeneratedTokens || now.PromptTokens < last.PromptTokens;
}
