namespace Agent.Ollama;

/// <summary>A load the log told the start of.</summary>
/// <param name="Start">By the wall clock of who wrote it.</param>
/// <param name="Ended">Its end was told, too.</param>
internal sealed record JournalLoad(DateTimeOffset Start, string Blob, bool Ended);
