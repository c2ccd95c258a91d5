namespace Agent.Core.Attribution;

/// <summary>What joules were spent on. All but the first two are what is drawn above those two.</summary>
public enum Category
{
    /// <summary>What the device would draw with nothing loaded: always, also under load.</summary>
    Idle,

    /// <summary>The extra that a resident model draws, busy or not.</summary>
    LoadedIdle,

    Load,

    /// <summary>Prompt evaluation (prefill).</summary>
    Prompt,

    /// <summary>Token by token (decode).</summary>
    Generation,

    Embedding,

    /// <summary>Download and verification of models.</summary>
    Pull,

    /// <summary>Ollama works, but what for was not seen.</summary>
    Unmetered,

    /// <summary>Drawn while a sensor was silent.</summary>
    Unobserved,

    /// <summary>Other processes.</summary>
    Other,
}
