namespace Agent.Simulation;

/// <summary>What joules were truly spent on.</summary>
internal enum TrueCategory
{
    /// <summary>What the device draws with nothing loaded; always.</summary>
    Idle,

    /// <summary>What a resident model draws beyond that, busy or not.</summary>
    LoadedIdle,

    Load,
    Prompt,
    Generation,

    /// <summary>Processes that are not Ollama's.</summary>
    Other,
}
