namespace Agent.Config;

/// <summary>How the settings of estimates fit together.</summary>
internal static class EstimateRules
{
    private const string Tdp = "estimate.cpu_tdp_watts";

    private const string Idle = "estimate.cpu_idle_watts";

    /// <summary>Every problem: the key it is told at, and what is wrong.</summary>
    public static IEnumerable<(string Path, string Problem)> Problems(AgentConfig config)
    {
        var (most, idle) = (config.Estimate.CpuTdpWatts, config.Estimate.CpuIdleWatts);
        if (most is not null && idle is null)
        {
            yield return (Tdp, $"needs {Idle}: what the processors draw at rest, which nobody can guess");
        }
        else if (idle is not null && most is null)
        {
            yield return (Idle, $"needs {Tdp}: what the processors draw with all of them busy");
        }
        else if (idle > most)
        {
            yield return (Idle, $"is more than {Tdp}");
        }

        if (config.Estimate.RestWatts is not null && config.Sensors.Wall.Kind != WallKind.None)
        {
            yield return ("estimate.rest_watts", "is not needed with sensors.wall, which measures it: take one of them out");
        }
    }
}
