using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Shares what a model was booked with among its requests through the proxy.</summary>
/// <remarks>
/// Requests that run at once on one runner are one batch: each has the part of the joules that its seconds are of all that
/// the model's slots did. Slots busy with what did not pass the proxy keep theirs, so that no request gets another's.
/// </remarks>
internal static class RequestEnergy
{
    public static Ledger Share(Ledger ledger, IReadOnlyList<Claim> booked, Moment from, Moment to)
    {
        if (ledger.Requests.Lately.IsEmpty)
        {
            return ledger;
        }

        foreach (var model in ledger.Requests.Lately.Values.Select(state => state.Key).OfType<ModelKey>().Distinct().ToArray())
        {
            var drawn = booked
                .Where(part => part.Account.Model == model && part.Account.Category is Category.Prompt or Category.Generation or Category.Embedding)
                .Sum(part => part.Weight);
            ledger = drawn > 0 ? Share(ledger, model, new Joules(drawn), from, to) : ledger;
        }

        return ledger;
    }

    private static Ledger Share(Ledger ledger, ModelKey model, Joules drawn, Moment from, Moment to)
    {
        var at = ledger.Requests.Lately.Values
            .Where(state => state.Key == model)
            .Select(state => (State: state, Seconds: Work(state.Within(from, to))))
            .Where(pair => pair.Seconds > 0)
            .ToArray();
        var slots = ledger.Runners.Values.Where(runner => runner.Model == model).Sum(runner => Work(runner.Within(from, to)));
        var whole = Math.Max(slots, at.Sum(pair => pair.Seconds));
        return ledger with
        {
            Requests = at.Aggregate(ledger.Requests, (book, pair) => book with
            {
                Lately = book.Lately.SetItem(
                    pair.State.Request.Id,
                    pair.State with { Energy = pair.State.Energy + (drawn * (pair.Seconds / whole)) }),
            }),
        };
    }

    private static double Work(PhaseSeconds phases) => phases.Total - phases.Load;
}
