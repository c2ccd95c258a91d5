namespace Agent.Core.Attribution;

/// <summary>One account's claim on what a device drew above idle and loaded idle; weights mean something only among each other.</summary>
public readonly record struct Claim(Account Account, double Weight);
