namespace Agent.Core.Metering;

/// <summary>What a GPU is. Its index is not stable across boots: the UUID names it.</summary>
public sealed record GpuDescription(
    string Uuid,
    int Index,
    string Name,
    string Vendor,
    string DriverVersion,
    string PciBusId);
