namespace Agent.Sensors.PowerState;

/// <summary>By what a processor's frequency is chosen; null is what is not told.</summary>
/// <param name="Driver">The frequency driver.</param>
/// <param name="Governor">What chooses.</param>
/// <param name="Preference">How much energy counts against speed, where the hardware chooses.</param>
/// <param name="MaxHertz">The highest it may run at.</param>
/// <param name="Boost">Whether it may run above its nominal frequency.</param>
internal sealed record CpuPolicy(string? Driver, string? Governor, string? Preference, double? MaxHertz, bool? Boost);
