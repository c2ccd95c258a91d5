namespace Agent.Simulation;

/// <summary>
/// What happens in the demo. A cycle takes about a minute: quiet with nothing loaded; the small model is loaded by
/// its first request and works; rests; the large one is loaded too and both work by turns and at once; both rest;
/// they work beside a game and a compiler; both are unloaded; quiet; the small one is loaded again, with a new
/// process. Then anew, with longer rests, so that what the agent learned in haste is learned well. Where somebody operates
/// the machine, the power profile changes in two of the rests, and the large model is loaded at first with too much context.
/// </summary>
internal static class DemoScript
{
    /// <summary>All that happens, without end.</summary>
    /// <param name="oversized">The large model as somebody loads it at first; null: nobody does, nor changes a setting.</param>
    public static IEnumerable<ScriptEvent> Events(Chance chance, ModelSpec small, ModelSpec large, ModelSpec? oversized)
    {
        var start = 0.0;
        for (var number = 0; ; number++)
        {
            var cycle = new DemoCycle(chance, start, small, large, number) { Oversized = oversized };
            foreach (var step in cycle.Events())
            {
                yield return step;
            }

            start = cycle.End;
        }
    }
}
