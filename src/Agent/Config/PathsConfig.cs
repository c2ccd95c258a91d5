namespace Agent.Config;

/// <summary>Where the machine shows itself.</summary>
internal sealed class PathsConfig
{
    /// <summary>Default /sys.</summary>
    public string Sysfs { get; set; } = "/sys";

    /// <summary>Default /proc.</summary>
    public string Procfs { get; set; } = "/proc";

    /// <summary>Where the agent keeps what it must know after a restart; empty: nowhere. Default /var/lib/joulet.</summary>
    public string State { get; set; } = "/var/lib/joulet";
}
