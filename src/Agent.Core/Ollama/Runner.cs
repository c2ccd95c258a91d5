namespace Agent.Core.Ollama;

/// <summary>Ollama's child process that serves one loaded model.</summary>
public sealed record Runner
{
    public required RunnerId Id { get; init; }

    /// <summary>Which Ollama started it; empty where there is one only.</summary>
    public string Ollama { get; init; } = "";

    /// <summary>The model's blob, such as <c>sha256-e4f7…</c>; null where the command line names none.</summary>
    public string? Blob { get; init; }

    /// <summary>It was started for embeddings only.</summary>
    public bool Embedding { get; init; }

    /// <summary>Why its activity cannot be seen and what to do; null where it can.</summary>
    public string? Unreadable { get; init; }
}
