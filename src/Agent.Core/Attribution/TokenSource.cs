namespace Agent.Core.Attribution;

/// <summary>Where a model's token counts come from: one at a time, the best there is. Later is better.</summary>
public enum TokenSource
{
    /// <summary>Nothing counts them.</summary>
    None,

    /// <summary>Requests through the proxy: exact where Ollama told the counts; what does not pass is not counted.</summary>
    Proxy,

    /// <summary>The lines that runners write to the log when a task is done: exact.</summary>
    Journal,

    /// <summary>The runner's slots, without its counters: what was seen of each task, corrected by the log where that is read.</summary>
    Slots,

    /// <summary>The runner's own counters: exact.</summary>
    Runner,
}
