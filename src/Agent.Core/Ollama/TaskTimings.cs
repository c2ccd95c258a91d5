namespace Agent.Core.Ollama;

/// <summary>What a runner writes to the log when a task is done (<c>slot print_timing</c>): exact, but without the model's name.</summary>
/// <param name="Slot">The runner's slot.</param>
/// <param name="Task">The task's number in its runner.</param>
/// <param name="PromptTokens">Prompt tokens evaluated, cached ones not among them.</param>
/// <param name="PromptSeconds">Time their evaluation took.</param>
/// <param name="GeneratedTokens">Tokens generated.</param>
/// <param name="GenerationSeconds">Time that took.</param>
public sealed record TaskTimings(
    int Slot,
    long Task,
    long PromptTokens,
    double PromptSeconds,
    long GeneratedTokens,
    double GenerationSeconds)
{
    /// <summary>Seconds that are believed; the log may say anything.</summary>
    private const double Longest = 1e6;

    public TimeSpan Took => TimeSpan.FromSeconds(Math.Clamp(PromptSeconds + GenerationSeconds, 0, Longest));
}
