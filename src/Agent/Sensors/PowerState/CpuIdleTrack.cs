namespace Agent.Sensors.PowerState;

/// <summary>One idle state of one processor, as it was seen last.</summary>
internal sealed class CpuIdleTrack(string name)
{
    public string Name => name;

    /// <summary>Since boot, or since its processor came back.</summary>
    public long Microseconds { get; set; }

    public long Entries { get; set; }

    public bool Disabled { get; set; }
}
