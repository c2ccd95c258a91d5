using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.History;

/// <summary>What history holds of hours that this run goes on with and did not begin: it stays under what this run writes of them.</summary>
/// <remarks>
/// An agent that lost its state begins its hour at zero; one that goes on from an older state after a boot has less of it than
/// history. Within a boot the counters tell again what came after the state was kept: then nothing of history is to be added.
/// </remarks>
internal sealed class HistoryFloor(HistoryStart start)
{
    private readonly Dictionary<HourKey, HourCell> _cells = [];
    private readonly Dictionary<(long Start, ModelKey Model), HourTokens> _tokens = [];
    private readonly HashSet<long> _looked = [];
    private readonly HashSet<long> _restored = [.. start.Hours.Starts];

    /// <summary>Looks once at each hour, before it is written for the first time.</summary>
    public void Look(HistoryFile file, IEnumerable<long> starts)
    {
        foreach (var hour in starts.Where(hour => !_looked.Contains(hour) && !(start.SameBoot && _restored.Contains(hour))).ToArray())
        {
            foreach (var row in file.Hours(hour, hour + 1))
            {
                _cells[row.Key] = row.Cell.Beyond(start.Hours.Cells.GetValueOrDefault(row.Key));
            }

            foreach (var row in file.Tokens(hour, hour + 1))
            {
                _tokens[(row.Start, row.Model)] = row.Counts.Beyond(start.Hours.Tokens.GetValueOrDefault((row.Start, row.Model)));
            }

            _looked.Add(hour);
        }
    }

    public IEnumerable<KeyValuePair<HourKey, HourCell>> Cells(HourBook hours)
    {
        var starts = hours.Starts.ToHashSet();
        return hours.Cells.Keys.Union(_cells.Keys.Where(key => starts.Contains(key.Start)))
            .Select(key => KeyValuePair.Create(key, hours.Cells.GetValueOrDefault(key) + _cells.GetValueOrDefault(key)));
    }

    public IEnumerable<KeyValuePair<(long Start, ModelKey Model), HourTokens>> Tokens(HourBook hours)
    {
        var starts = hours.Starts.ToHashSet();
        return hours.Tokens.Keys.Union(_tokens.Keys.Where(key => starts.Contains(key.Start)))
            .Select(key => KeyValuePair.Create(key, hours.Tokens.GetValueOrDefault(key) + _tokens.GetValueOrDefault(key)));
    }
}
