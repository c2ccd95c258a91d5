namespace Agent.History;

/// <summary>What opening the state file came to.</summary>
internal abstract record StateOpening
{
    private StateOpening()
    {
    }

    public sealed record Opened(StateFile File) : StateOpening;

    /// <summary>It is damaged, or something else.</summary>
    public sealed record Damaged(string Why) : StateOpening;

    /// <summary>A newer joulet wrote it.</summary>
    public sealed record Newer(long Version) : StateOpening;
}
