namespace Agent.Ollama;

/// <summary>What names a task in a runner's log: two runners number theirs alike.</summary>
internal readonly record struct JournalTask(int Slot, long Task);
