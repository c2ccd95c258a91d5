namespace Agent.Core.Ollama;

/// <summary>How a request ended.</summary>
public enum RequestOutcome
{
    /// <summary>Answered to its end.</summary>
    Ok,

    /// <summary>Refused, broken off by Ollama, or ended without its last message.</summary>
    Error,

    /// <summary>The client left before the answer's end.</summary>
    Aborted,
}
