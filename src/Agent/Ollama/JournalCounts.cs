using Agent.Core.Ollama;

namespace Agent.Ollama;

/// <summary>What became of the lines that looked like ones this agent reads: each is counted once, when that is known. For any thread.</summary>
internal sealed class JournalCounts
{
    private readonly long[] _lines = new long[Enum.GetValues<LogResult>().Length];

    public long this[LogResult result] => Interlocked.Read(ref _lines[(int)result]);

    /// <summary>All of them, as the metrics spell them.</summary>
    public IReadOnlyDictionary<string, long> ByResult =>
        Enum.GetValues<LogResult>().ToDictionary(result => result.ToString().ToLowerInvariant(), result => this[result]);

    public void Add(LogResult result, int lines = 1) => Interlocked.Add(ref _lines[(int)result], lines);
}
