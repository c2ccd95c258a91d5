namespace Agent.Simulation;

/// <summary>Ollama's child process that serves one loaded model, with one slot.</summary>
internal sealed class SimulatedRunner(ModelSpec model, SimulatedProcess process, int port, TimeSpan started)
{
    private readonly Queue<Prompt> _waiting = [];
    private double _speed = 1;
    private long _nextTask;
    private double _loadLeft = model.LoadSeconds;

    public ModelSpec Model => model;

    public SimulatedProcess Process => process;

    /// <summary>Its own loopback port.</summary>
    public int Port => port;

    public RunnerTotals Totals { get; } = new();

    public bool Loading => _loadLeft > 0;

    /// <summary>How much of the model is loaded, 0 to 1.</summary>
    public double Loaded => 1 - (_loadLeft / model.LoadSeconds);

    /// <summary>What runs in its slot now.</summary>
    public RunnerTask? Task { get; private set; }

    /// <summary>What ran in its slot before.</summary>
    public RunnerTask? LastTask { get; private set; }

    /// <summary>It computes, or will as soon as time goes on.</summary>
    public bool Busy => !Loading && (Task is not null || _waiting.Count > 0);

    /// <summary>Tokens generated so far, those of the running task among them: never falls.</summary>
    public long Generated => Totals.GeneratedTokens + (Task?.Decoded ?? 0);

    /// <summary>When its last request ended, since the world began.</summary>
    public TimeSpan LastUsed { get; private set; } = started;

    /// <summary>How long it will not answer, in seconds: until the batch under way is done.</summary>
    public double AnswersIn =>
        Task is { AnswersBetweenBatches: true } task ? task.LeftOfBatch / (model.PromptRate * _speed) : 0;

    /// <summary>One request at a time: the others wait, as they do in Ollama.</summary>
    public void Enqueue(Prompt prompt) => _waiting.Enqueue(prompt);

    /// <summary>Lets time go on.</summary>
    /// <param name="speed">1, or less where the GPU is shared.</param>
    /// <param name="now">When the step ends.</param>
    public PhaseSeconds Step(double seconds, double speed, TimeSpan now)
    {
        _speed = speed;
        var load = Math.Min(_loadLeft, seconds);
        _loadLeft -= load;
        var left = seconds - load;
        var (prompt, generation) = (0.0, 0.0);
        while (left > 0 && NextTask() is { } task)
        {
            if (task.InPrompt)
            {
                var spent = task.Evaluate(left, model.PromptRate * speed);
                prompt += spent;
                left -= spent;
                PromptStepped(task);
            }
            else
            {
                var spent = task.Generate(left, speed);
                generation += spent;
                left -= spent;
            }

            EndIfDone(task, now);
        }

        return new PhaseSeconds(load, prompt, generation, Resident: seconds - load);
    }

    private RunnerTask? NextTask()
    {
        if (Task is null && _waiting.TryDequeue(out var prompt))
        {
            Task = new RunnerTask(_nextTask, prompt);
            Totals.Started(Task);
        }

        return Task;
    }

    private void PromptStepped(RunnerTask task)
    {
        if (!task.InPrompt)
        {
            Totals.PromptDone(task);
        }
    }

    private void EndIfDone(RunnerTask task, TimeSpan now)
    {
        if (!task.Done)
        {
            return;
        }

        Totals.Ended(task);
        _nextTask = task.Id + task.Decoded + 1; // llama-server numbers its own housekeeping tasks as well
        LastUsed = now;
        (LastTask, Task) = (task, null);
    }
}
