namespace Agent.Ollama;

/// <summary>An entry of the journal.</summary>
internal abstract record JournalEntry
{
    private JournalEntry()
    {
    }

    /// <summary>One of this boot.</summary>
    /// <param name="SinceBoot">CLOCK_MONOTONIC when the journal took it.</param>
    public sealed record Told(TimeSpan SinceBoot, string Message) : JournalEntry;

    /// <summary>From before the machine was started: its moment means nothing to this one's clock.</summary>
    public sealed record OfOtherBoot : JournalEntry;

    /// <summary>Without a message, or in a damaged file.</summary>
    public sealed record Unreadable : JournalEntry;
}
