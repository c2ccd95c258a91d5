namespace Agent.History;

/// <summary>Why the state cannot be kept.</summary>
internal enum StateReason
{
    /// <summary>It could not be written or read, for a reason that the text tells.</summary>
    Error,

    /// <summary>The disk, or the state's own limit, is reached.</summary>
    Full,

    /// <summary>The agent's user has not the right.</summary>
    Denied,

    /// <summary>The file system is read-only.</summary>
    ReadOnly,

    /// <summary>Another agent has it.</summary>
    Locked,

    /// <summary>A newer joulet wrote it.</summary>
    Newer,

    /// <summary>It holds totals that this agent did not start from.</summary>
    NotTakenUp,

    /// <summary>The disk does not answer.</summary>
    Slow,

    /// <summary>SQLite's library is not there.</summary>
    NoLibrary,
}
