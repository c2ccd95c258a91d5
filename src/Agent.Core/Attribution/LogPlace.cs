using System.Collections.Immutable;
using System.Globalization;

namespace Agent.Core.Attribution;

/// <summary>How far an Ollama's log is counted: what is read again after the agent was killed must not count twice.</summary>
/// <param name="Place">Behind which the log is read on, in the words of who reads it; empty: nowhere yet.</param>
/// <param name="Told">What was counted already of what comes behind it, oldest first.</param>
/// <remarks>
/// The place stays before a task whose lines are not all there yet, so lines behind it may have been counted, too.
/// </remarks>
public sealed record LogPlace(string Place, ImmutableArray<string> Told)
{
    /// <summary>Tasks that end while another's lines are incomplete, which takes moments.</summary>
    private const int MostTold = 64;

    public static LogPlace Nowhere { get; } = new("", []);

    /// <summary>Counts a line, or null where it was counted.</summary>
    /// <param name="line">A line of the log.</param>
    public LogPlace? Count(LedgerEvent line)
    {
        var words = line switch
        {
            LedgerEvent.TaskLogged task => string.Create(CultureInfo.InvariantCulture, $"{task.Timings}"),
            LedgerEvent.LoadLogged load => string.Create(CultureInfo.InvariantCulture, $"{load.Blob} {load.Took}"),
            _ => throw new ArgumentOutOfRangeException(nameof(line)),
        };
        return Told.Contains(words) ? null : this with { Told = (Told.Length < MostTold ? Told : Told.RemoveAt(0)).Add(words) };
    }
}
