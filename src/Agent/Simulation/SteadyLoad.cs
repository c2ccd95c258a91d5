namespace Agent.Simulation;

/// <summary>
/// Traffic as it comes: each model is asked by bursts of as many clients as it has slots or fewer, with rests of random
/// length between; after a first quiet, in which nothing is loaded.
/// </summary>
internal static class SteadyLoad
{
    /// <summary>In seconds: before the first request, and between the first requests of two models.</summary>
    private const double Quiet = 25, Apart = 12;

    /// <summary>In seconds: all models' events are drawn window by window, so that they come in order of time.</summary>
    private const double Window = 60;

    /// <summary>All that happens, without end.</summary>
    /// <param name="other">What else happens, in order of time.</param>
    public static IEnumerable<ScriptEvent> Events(Chance chance, IReadOnlyList<ModelSpec> models, IEnumerable<ScriptEvent> other)
    {
        var next = models.Select((_, i) => Quiet + (i * Apart)).ToArray();
        var others = new Queue<ScriptEvent>(other);
        for (var end = Window; ; end += Window)
        {
            var events = new List<ScriptEvent>();
            for (var i = 0; i < models.Count; i++)
            {
                while (next[i] < end)
                {
                    next[i] = Burst(chance, models[i], next[i], events) + chance.Between(0.3, 14);
                }
            }

            while (others.TryPeek(out var happening) && happening.At < end)
            {
                events.Add(others.Dequeue());
            }

            foreach (var happening in events.OrderBy(happening => happening.At))
            {
                yield return happening;
            }
        }
    }

    /// <summary>Several clients ask at about the same time.</summary>
    /// <returns>When about it will be over.</returns>
    private static double Burst(Chance chance, ModelSpec model, double start, List<ScriptEvent> events)
    {
        var end = start;
        for (var clients = chance.Between(1, model.Slots); clients > 0; clients--)
        {
            var at = start + chance.Between(0, 1.0);
            var rate = chance.Between(model.GenerationRate.Least, model.GenerationRate.Most);
            var (prompt, answer) = (chance.Between(0.04, 1.0), chance.Between(0.8, 8.0));
            events.Add(new ScriptEvent.Ask(at, model, new Prompt((long)Math.Ceiling(prompt * model.PromptRate), 0, 1 + (long)(answer * rate), rate)));
            end = Math.Max(end, at + ((prompt + answer) * Math.Pow(model.Slots, PowerModel.BatchSlowdown)));
        }

        return end;
    }
}
