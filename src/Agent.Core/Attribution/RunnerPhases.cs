using System.Collections.Immutable;
using Agent.Core.Ollama;

namespace Agent.Core.Attribution;

/// <summary>Tells how a runner spent the time between two answers: slots show the phase, its clocks correct it.</summary>
/// <remarks>
/// The clock of prompt seconds moves when a prompt is done, that of generation seconds when a task is done. What slots
/// showed in the meantime was counted ahead; when the clock moves, only what goes beyond that is added. So a prefill
/// shorter than a poll is not lost, and the last part of a generation is as long as it was.
/// </remarks>
internal sealed record RunnerPhases
{
    /// <summary>Seconds between two answers past which it is not guessed when tasks ended: the agent may have been down.</summary>
    private const double LongestGuess = 30;

    private readonly double _promptAhead;
    private readonly double _generationAhead;
    private readonly double _secondsPerToken = double.PositiveInfinity;
    private readonly ImmutableArray<RunnerSlot> _slots = [];

    private RunnerPhases(double promptAhead, double generationAhead, double pace, ImmutableArray<RunnerSlot> slots)
    {
        _promptAhead = promptAhead;
        _generationAhead = generationAhead;
        _secondsPerToken = pace;
        _slots = slots;
    }

    public SavedPhases Save() => new(_promptAhead, _generationAhead, double.IsFinite(_secondsPerToken) ? _secondsPerToken : null, _slots);

    public static RunnerPhases Restored(SavedPhases saved) =>
        new(saved.PromptAhead, saved.GenerationAhead, saved.SecondsPerToken ?? double.PositiveInfinity, saved.Slots);

    public static RunnerPhases Start { get; } = new(0, 0, double.PositiveInfinity, []);

    /// <summary>Some slot generated when last seen, some evaluated a prompt, or none did anything.</summary>
    public Category? Last =>
        _slots.Any(slot => slot is { Busy: true, Decoded: > 0 }) ? Category.Generation
        : _slots.Any(slot => slot.Busy) ? Category.Prompt
        : null;

    /// <summary>Takes in an answer: how long prompts and generations ran since the last one, in slot-seconds.</summary>
    /// <param name="seconds">Time since the last answer.</param>
    /// <param name="slots">The slots now.</param>
    /// <param name="promptSeconds">How far the clock of prompt seconds moved.</param>
    /// <param name="generationSeconds">How far the clock of generation seconds moved.</param>
    /// <param name="counters">The counters now, where there are any: they tell the runner's pace.</param>
    public (RunnerPhases Next, double Prompt, double Generation) Advance(
        double seconds,
        ImmutableArray<RunnerSlot> slots,
        double promptSeconds,
        double generationSeconds,
        RunnerCounters? counters)
    {
        var most = seconds * Math.Max(1, slots.Length);
        var prompt = Math.Min(most, Math.Max(0, promptSeconds - _promptAhead));
        var generation = Math.Min(most, Math.Max(0, generationSeconds - _generationAhead));
        var pace = counters is { GeneratedTokens: > 0, GenerationSeconds: > 0 }
            ? counters.GenerationSeconds / counters.GeneratedTokens
            : _secondsPerToken;
        if (counters is null && seconds <= LongestGuess)
        {
            // No clock tells when the tasks that are gone ended: half the time is the best guess.
            prompt += seconds / 2 * Ended(slots, decoding: false);
            generation += seconds / 2 * Ended(slots, decoding: true);
        }

        var spent = prompt + generation;
        var (promptAhead, generationAhead) = (0.0, 0.0);
        var (promptGoesOn, generationGoesOn) = (false, false);
        foreach (var slot in slots.Where(slot => slot.Busy))
        {
            var before = Before(slot);
            if (slot.Decoded == 0)
            {
                promptGoesOn |= before is not null;
                promptAhead += before is null ? Math.Max(0, seconds - spent) : seconds;
            }
            else if (before is { Decoded: > 0 })
            {
                generationGoesOn = true;
                generationAhead += seconds;
            }
            else
            {
                generationAhead += Math.Min(Math.Max(0, seconds - prompt), slot.Decoded * pace);
            }
        }

        var next = new RunnerPhases(
            (promptGoesOn ? Math.Max(0, _promptAhead - promptSeconds) : 0) + promptAhead,
            (generationGoesOn ? Math.Max(0, _generationAhead - generationSeconds) : 0) + generationAhead,
            pace,
            slots);
        return (next, prompt + promptAhead, generation + generationAhead);
    }

    private int Ended(ImmutableArray<RunnerSlot> slots, bool decoding) =>
        _slots.Count(slot => slot.Busy
            && slot.Decoded > 0 == decoding
            && !slots.Any(now => now.Busy && now.Task == slot.Task));

    private RunnerSlot? Before(RunnerSlot slot)
    {
        foreach (var earlier in _slots)
        {
            if (earlier.Busy && earlier.Task == slot.Task)
            {
                return earlier;
            }
        }

        return null;
    }
}
