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
            if (model is not null && ledger.KeyOf(state.Request) == model)
            {
                sum += state.Within(from, to);
            }
        }

        return sum;
    }

    /// <summary>Models at work of which no runner is seen at all: the agent shares no process namespace with their Ollama.</summary>
    public static IReadOnlyList<(ModelKey Model, PhaseSeconds Phases)> Unplaced(Ledger ledger, Moment from, Moment to)
    {
        if (ledger.Requests.Lately.IsEmpty)
        {
            return [];
        }

        return
        [
            .. ledger.Requests.Lately.Values
                .Where(state => !RequestBooking.IsReadElsewhere(ledger, state, to))
                .Select(state => ledger.KeyOf(state.Request))
                .OfType<ModelKey>()
                .Distinct()
                .Where(model => !ledger.Runners.Values.Any(runner => runner.Model == model))
                .Select(model => (model, Within(ledger, model, from, to)))
                .Where(pair => pair.Item2.Total > 0),
        ];
    }
}
