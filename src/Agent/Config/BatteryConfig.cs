namespace Agent.Config;

/// <summary>Batteries: what they give while they are discharged is what the machine draws.</summary>
internal sealed class BatteryConfig
{
    /// <summary>Default auto.</summary>
    public Enabled Enabled { get; set; } = Enabled.Auto;
}
