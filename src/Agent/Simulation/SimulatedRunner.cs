namespace Agent.Simulation;

/// <summary>Ollama's child process that serves one loaded model.</summary>
internal sealed class SimulatedRunner(ModelSpec model, SimulatedProcess process, int port, TimeSpan started)
{
    private readonly Queue<Prompt> _waiting = [];
    private readonly RunnerTask?[] _slots = new RunnerTask?[model.Slots];
    private readonly RunnerTask?[] _last = new RunnerTask?[model.Slots];
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

    /// <summary>What runs in each slot now, and what ran there before.</summary>
    public IEnumerable<(RunnerTask? Now, RunnerTask? Before)> Slots => _slots.Zip(_last);

    /// <summary>What runs now.</summary>
    public IEnumerable<RunnerTask> Tasks => _slots.OfType<RunnerTask>();

    /// <summary>How many requests it works on, or will as soon as time goes on.</summary>
    public int AtOnce => Loading ? 0 : Math.Min(model.Slots, Tasks.Count() + _waiting.Count);

    /// <summary>It computes, or will as soon as time goes on.</summary>
    public bool Busy => AtOnce > 0;

    /// <summary>Tokens generated so far, those of running tasks among them: never falls.</summary>
    public long Generated => Totals.GeneratedTokens + Tasks.Sum(task => task.Decoded);

    /// <summary>When its last request ended, since the world began.</summary>
    public TimeSpan LastUsed { get; private set; } = started;

    /// <summary>How long it will not answer, in seconds: until the batch under way is done.</summary>
    public double AnswersIn => Tasks
        .Where(task => task.AnswersBetweenBatches)
        .Select(task => task.LeftOfBatch / (model.PromptRate * _speed))
        .DefaultIfEmpty()
        .Max();

    /// <summary>What comes when all slots are busy waits, as it does in Ollama.</summary>
    public void Enqueue(Prompt prompt) => _waiting.Enqueue(prompt);

    /// <summary>Lets time go on.</summary>
    /// <param name="speed">1, or less where the GPU is shared.</param>
    /// <param name="now">When the step ends.</param>
    /// <returns>Wall time by phase: of slots that do different things at once, each has its part.</returns>
    public PhaseSeconds Step(double seconds, double speed, TimeSpan now)
    {
        _speed = speed * Math.Pow(Math.Max(1, AtOnce), -PowerModel.BatchSlowdown);
        var load = Math.Min(_loadLeft, seconds);
        _loadLeft -= load;
        var (prompt, generation, longest) = (0.0, 0.0, 0.0);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            var (evaluated, generated) = StepSlot(slot, seconds - load, now);
            (prompt, generation, longest) = (prompt + evaluated, generation + generated, Math.Max(longest, evaluated + generated));
        }

        var wall = longest > 0 ? longest / (prompt + generation) : 0;
        return new PhaseSeconds(load, prompt * wall, generation * wall, Resident: seconds - load);
    }

    private (double Prompt, double Generation) StepSlot(int slot, double left, TimeSpan now)
    {
        var (prompt, generation) = (0.0, 0.0);
        while (left > 0 && NextTask(slot) is { } task)
        {
            if (task.InPrompt)
            {
                var spent = task.Evaluate(left, model.PromptRate * _speed);
                prompt += spent;
                left -= spent;
                PromptStepped(task);
            }
            else
            {
                var spent = task.Generate(left, _speed);
                generation += spent;
                left -= spent;
            }

            EndIfDone(slot, task, now);
        }

        return (prompt, generation);
    }

    private RunnerTask? NextTask(int slot)
    {
        if (_slots[slot] is null && _waiting.TryDequeue(out var prompt))
        {
            _slots[slot] = new RunnerTask(_nextTask++, prompt);
            Totals.Started(_slots[slot]!);
        }

        return _slots[slot];
    }

    private void PromptStepped(RunnerTask task)
    {
        if (!task.InPrompt)
        {
            Totals.PromptDone(task);
        }
    }

    private void EndIfDone(int slot, RunnerTask task, TimeSpan now)
    {
        if (!task.Done)
        {
            return;
        }

        Totals.Ended(task);
        _nextTask = Math.Max(_nextTask, task.Id + task.Decoded + 1); // llama-server numbers its own housekeeping tasks as well
        LastUsed = now;
        (_last[slot], _slots[slot]) = (task, null);
    }
}
