namespace Agent.Config;

/// <summary>What devices draw with nothing loaded.</summary>
internal sealed class BaselineConfig
{
    /// <summary>Idle watts by device (a GPU's UUID, a RAPL zone such as package-0); overrides what is learned.</summary>
    public Dictionary<string, double> IdleWatts { get; set; } = [];
}
