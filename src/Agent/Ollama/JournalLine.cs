namespace Agent.Ollama;

/// <summary>A line of Ollama's log, or of a runner's, which Ollama passes on.</summary>
internal abstract record JournalLine
{
    private JournalLine()
    {
    }

    /// <summary>How long a part of a task took, and how many tokens it was.</summary>
    /// <param name="Task">Null in builds that name it in a line before (<see cref="TimingsFollow"/>).</param>
    /// <param name="Milliseconds">To a hundredth.</param>
    public sealed record Timing(JournalTask? Task, JournalPart Part, double Milliseconds, long Tokens) : JournalLine;

    /// <summary>The lines that follow are this task's timings.</summary>
    public sealed record TimingsFollow(JournalTask Task) : JournalLine;

    /// <summary>The task left its slot: done, failed or cancelled.</summary>
    public sealed record Released(JournalTask Task) : JournalLine;

    /// <summary>A runner was started.</summary>
    /// <param name="Time">When, by the wall clock of who wrote it.</param>
    public sealed record LoadStarting(DateTimeOffset Time, string Blob) : JournalLine;

    /// <summary>A runner has its model.</summary>
    /// <param name="Time">When, by the wall clock of who wrote it.</param>
    /// <param name="Took">From its start, to a hundredth of a second.</param>
    public sealed record LoadEnded(DateTimeOffset Time, TimeSpan Took) : JournalLine;

    /// <summary>A runner ended before it had its model.</summary>
    public sealed record LoadFailed(string Blob) : JournalLine;

    /// <summary>Begins like one of the above and goes on in words this agent does not know.</summary>
    public sealed record Unknown : JournalLine;
}
