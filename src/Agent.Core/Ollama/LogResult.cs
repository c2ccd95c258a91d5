namespace Agent.Core.Ollama;

/// <summary>What became of a line of Ollama's log that looked like one this agent reads.</summary>
public enum LogResult
{
    /// <summary>Read.</summary>
    Read,

    /// <summary>It begins like one, but goes on in words this agent does not know: another build.</summary>
    Unknown,

    /// <summary>Read, but it tells of a task whose other lines are missing.</summary>
    Incomplete,
}
