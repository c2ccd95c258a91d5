namespace Agent.History;

/// <summary>What is written with every commit beside the rows: whose it is, when it was, and whether the rows are whole.</summary>
internal sealed record StateStamp
{
    public const string Part = "meta";

    /// <summary>Which run of the agent wrote it.</summary>
    public required string Run { get; init; }

    /// <summary>The boot in which it was written; null where that was not known.</summary>
    public required string? Boot { get; init; }

    /// <summary>When it was written, by the wall clock.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>When it was written, by the machine's monotonic clock, which means something in the same boot only.</summary>
    public required TimeSpan SinceBoot { get; init; }

    /// <summary>Since boot: where the run's moments were counted from.</summary>
    public required TimeSpan Origin { get; init; }

    /// <summary>How many rows there are.</summary>
    public int Rows { get; init; }

    /// <summary>The rows' own sums in one: a row that got lost shows.</summary>
    public long Sum { get; init; }
}
