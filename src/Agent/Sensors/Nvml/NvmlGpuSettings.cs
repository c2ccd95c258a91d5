namespace Agent.Sensors.Nvml;

/// <summary>What is set for a GPU and seldom changes; null is what it does not tell.</summary>
/// <param name="DefaultLimit">The power limit it comes with, in watts.</param>
/// <param name="LeastLimit">The lowest that can be set, in watts.</param>
/// <param name="MostLimit">The highest that can be set, in watts.</param>
/// <param name="Persistence">Whether the driver keeps it up while nobody has it open.</param>
internal sealed record NvmlGpuSettings(double? DefaultLimit, double? LeastLimit, double? MostLimit, bool? Persistence);
