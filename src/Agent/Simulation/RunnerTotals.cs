namespace Agent.Simulation;

/// <summary>
/// A runner's own counters, as its <c>/metrics</c> tells them: they move when a prompt or a task is done.
/// </summary>
internal sealed class RunnerTotals
{
    public long PromptTokens { get; private set; }

    public long CachedTokens { get; private set; }

    public double PromptSeconds { get; private set; }

    public long GeneratedTokens { get; private set; }

    public double GenerationSeconds { get; private set; }

    /// <summary>Calls of the decoder by finished tasks.</summary>
    public long Decodes { get; private set; }

    /// <summary>The longest sequence yet.</summary>
    public long LongestSequence { get; private set; }

    /// <summary>A task took its slot: what the cache has of its prompt is known.</summary>
    public void Started(RunnerTask task) => CachedTokens += task.Prompt.Cached;

    public void PromptDone(RunnerTask task)
    {
        PromptTokens += task.Prompt.Evaluated;
        PromptSeconds += task.PromptSeconds;
    }

    public void Ended(RunnerTask task)
    {
        GeneratedTokens += task.Decoded;
        GenerationSeconds += task.GenerationSeconds;
        Decodes += task.Decodes;
        LongestSequence = Math.Max(LongestSequence, task.Prompt.Cached + task.Prompt.Evaluated + task.Decoded);
    }
}
