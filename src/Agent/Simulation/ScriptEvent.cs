namespace Agent.Simulation;

/// <summary>Something that happens to the simulated machine from outside.</summary>
/// <param name="At">Seconds since the world began.</param>
internal abstract record ScriptEvent(double At)
{
    /// <summary>
    /// A client asks a model; Ollama loads it first where it is not loaded, and queues where it is busy.
    /// </summary>
    public sealed record Ask(double At, ModelSpec Model, Prompt Prompt) : ScriptEvent(At);

    /// <summary>Ollama ends a model's runner.</summary>
    public sealed record Unload(double At, ModelSpec Model) : ScriptEvent(At);

    /// <summary>Somebody chooses a power profile.</summary>
    public sealed record Choose(double At, PowerProfile Profile) : ScriptEvent(At);

    /// <summary>Somebody compiles: <paramref name="Cores"/> processes busy for <paramref name="Seconds"/>.</summary>
    public sealed record Compile(double At, int Cores, double Seconds) : ScriptEvent(At);

    /// <summary>Somebody plays on a GPU for <paramref name="Seconds"/>, and uses so much of its time, 0 to 1.</summary>
    public sealed record Play(double At, int Gpu, double Seconds, double Utilization = PowerModel.GameUtilization) : ScriptEvent(At);
}
