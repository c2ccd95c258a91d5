namespace Agent.Ollama;

/// <summary>An entry of the journal.</summary>
/// <param name="Place">What it can be found by again.</param>
internal abstract record JournalEntry(string? Place)
{

    /// <summary>One of this boot.</summary>
    /// <param name="Place">What it can be found by again.</param>
    /// <param name="SinceBoot">CLOCK_MONOTONIC when the journal took it.</param>
    public sealed record Told(string? Place, TimeSpan SinceBoot, string Message) : JournalEntry(Place);

    /// <summary>From before the machine was started: its moment means nothing to this one's clock.</summary>
    public sealed record OfOtherBoot(string? Place) : JournalEntry(Place);

    /// <summary>Without a message, or in a damaged file.</summary>
    public sealed record Unreadable(string? Place) : JournalEntry(Place);
}
