namespace Agent.Ollama;

/// <summary>What a line of a task's timings is about.</summary>
internal enum JournalPart
{
    /// <summary>Prompt tokens evaluated.</summary>
    Prompt,

    /// <summary>Tokens generated.</summary>
    Generation,

    /// <summary>The sum of the two.</summary>
    Total,
}
