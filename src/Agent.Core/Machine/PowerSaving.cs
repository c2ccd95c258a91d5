namespace Agent.Core.Machine;

/// <summary>A kind of power saving that can be switched on for devices one by one.</summary>
/// <param name="On">How many devices have it on.</param>
/// <param name="Off">How many could have it on, and have not.</param>
public sealed record PowerSaving(int On, int Off);
