using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What models did by what the proxy saw: for those whose runner cannot be read.</summary>
internal static class RequestClaims
{
    /// <summary>What a model's requests did in a window, in slot-seconds.</summary>
    public static PhaseSeconds Within(Ledger ledger, ModelKey? model, Moment from, Moment to)
    {
        var sum = PhaseSeconds.None;
        foreach (var state in ledger.Requests.Lately.Values)
        {
            if (model is not null && state.Key == model)
            {
                sum += state.Within(from, to);
            }
        }

        return sum;
    }

    /// <summary>Models at work of which no runner is seen at all: the agent shares no process namespace with their Ollama.</summary>
    public static IReadOnlyCollection<KeyValuePair<ModelKey, PhaseSeconds>> Unplaced(Ledger ledger, Moment from, Moment to)
    {
        var work = new Dictionary<ModelKey, PhaseSeconds>();
        foreach (var state in ledger.Requests.Lately.Values)
        {
            if (state is { MayClaim: true, Key: { } key }
                && state.Within(from, to) is { Total: > 0 } phases
                && !ledger.Runners.Values.Any(runner => runner.Model == key)
                && !RequestBooking.IsReadElsewhere(ledger, state, to))
            {
                var model = ledger.Admitted(key);
                work[model] = work.GetValueOrDefault(model) + phases;
            }
        }

        return work;
    }
}
