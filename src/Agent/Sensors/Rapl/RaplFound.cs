namespace Agent.Sensors.Rapl;

/// <summary>The zones to read, and what was left out and why.</summary>
internal sealed record RaplFound(IReadOnlyList<RaplZone> Zones, IReadOnlyList<string> Remarks);
