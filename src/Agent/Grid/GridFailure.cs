namespace Agent.Grid;

/// <summary>Why a provider told nothing.</summary>
internal enum GridFailure
{
    /// <summary>No connection, or no file.</summary>
    Unreachable,

    Timeout,

    /// <summary>The key is wrong, or not for this zone.</summary>
    Denied,

    /// <summary>Asked too often.</summary>
    Quota,

    /// <summary>An error of its own.</summary>
    Server,

    /// <summary>What it said is no intensity of the zone asked for.</summary>
    Answer,
}
