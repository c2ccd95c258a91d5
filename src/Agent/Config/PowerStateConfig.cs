namespace Agent.Config;

/// <summary>The power profile, over D-Bus or from /sys, and how processors save power.</summary>
internal sealed class PowerStateConfig
{
    /// <summary>Default auto.</summary>
    public Enabled Enabled { get; set; } = Enabled.Auto;

    /// <summary>Where the message bus listens; empty: the system bus. Default empty.</summary>
    public string DbusAddress { get; set; } = "";
}
