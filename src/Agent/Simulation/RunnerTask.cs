namespace Agent.Simulation;

/// <summary>A request in a runner's slot.</summary>
/// <param name="id">The task's number, as llama-server counts.</param>
/// <param name="prompt">What is asked.</param>
internal sealed class RunnerTask(long id, Prompt prompt)
{
    /// <summary>Tokens of a prompt evaluated at once; a runner answers between two batches.</summary>
    public const int Batch = 512;

    /// <summary>Below this a progress is complete: what rounding leaves.</summary>
    private const double Rounding = 1e-9;

    private double _evaluated;
    private double _decoded;

    public long Id => id;

    public Prompt Prompt => prompt;

    public bool InPrompt { get; private set; } = true;

    public bool Cancelled { get; private set; }

    public bool Done { get; private set; }

    public double PromptSeconds { get; private set; }

    public double GenerationSeconds { get; private set; }

    /// <summary>Prompt tokens of finished batches.</summary>
    public long Evaluated => InPrompt ? (long)_evaluated / Batch * Batch : prompt.Evaluated;

    /// <summary>Tokens generated: the first is there when the prompt is done.</summary>
    public long Decoded => InPrompt ? 0 : Math.Min(prompt.Tokens, 1 + (long)(_decoded + Rounding));

    /// <summary>Calls of the decoder so far: one per batch of the prompt, one per token but the first.</summary>
    public long Decodes => InPrompt ? Evaluated / Batch : ((prompt.Evaluated + Batch - 1) / Batch) + Decoded - 1;

    /// <summary>A prompt so big that its batches keep the runner from answering.</summary>
    public bool AnswersBetweenBatches => InPrompt && prompt.Evaluated > 4 * Batch;

    /// <summary>Tokens left of the batch under way.</summary>
    public double LeftOfBatch =>
        Math.Min(prompt.Evaluated, (Math.Floor(_evaluated / Batch) + 1) * Batch) - _evaluated;

    /// <summary>Evaluates the prompt.</summary>
    /// <param name="rate">Tokens per second.</param>
    /// <returns>The seconds it took of those given.</returns>
    public double Evaluate(double seconds, double rate)
    {
        var spent = Math.Min(seconds, (prompt.Evaluated - _evaluated) / rate);
        _evaluated += spent * rate;
        PromptSeconds += spent;
        if (prompt.Evaluated - _evaluated < Rounding)
        {
            InPrompt = false;
            Done = prompt.Tokens <= 1;
        }

        return spent;
    }

    /// <summary>Generates tokens.</summary>
    /// <param name="speed">1, or less where the GPU is shared.</param>
    /// <returns>The seconds it took of those given.</returns>
    public double Generate(double seconds, double speed)
    {
        var rate = prompt.Rate * speed;
        var toEnd = (prompt.Tokens - 1 - _decoded) / rate;
        var toCancel = (prompt.CancelAfter ?? double.PositiveInfinity) - GenerationSeconds;
        var spent = Math.Min(seconds, Math.Min(toEnd, toCancel));
        _decoded += spent * rate;
        GenerationSeconds += spent;
        Cancelled = toCancel - spent < Rounding && toEnd - spent >= Rounding;
        Done = Cancelled || toEnd - spent < Rounding;
        return spent;
    }
}
