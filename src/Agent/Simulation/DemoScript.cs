namespace Agent.Simulation;

/// <summary>
/// What happens in the demo. A cycle takes about a minute: quiet with nothing loaded; the small model is loaded by
/// its first request and works; rests; the large one is loaded too and both work by turns and at once; both rest;
/// they work beside a game and a compiler; both are unloaded; quiet; the small one is loaded again, with a new
/// process. Then anew, with longer rests, so that what the agent learned in haste is learned well.
/// </summary>
internal static class DemoScript
{
    public static IEnumerable<ScriptEvent> Events(Chance chance, ModelSpec small, ModelSpec large)
    {
        var start = 0.0;
        for (var first = true; ; first = false)
        {
            var cycle = new DemoCycle(chance, start, small, large, first);
            foreach (var step in cycle.Events())
            {
                yield return step;
            }

            start = cycle.End;
        }
    }
}
