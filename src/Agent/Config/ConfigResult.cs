namespace Agent.Config;

/// <summary>What loading the configuration gave.</summary>
internal abstract record ConfigResult
{
    private ConfigResult()
    {
    }

    /// <summary>It is good.</summary>
    /// <param name="Config">All settings.</param>
    public sealed record Loaded(AgentConfig Config) : ConfigResult;

    /// <summary>It is not; every problem, each with its place, key and reason.</summary>
    public sealed record Invalid(IReadOnlyList<string> Problems) : ConfigResult;
}
