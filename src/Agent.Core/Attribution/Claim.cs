namespace Agent.Core.Attribution;

/// <summary>One account's claim on what a device drew above idle and loaded idle.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Weight">Its share by time or processor time; weights mean something only among each other.</param>
/// <param name="Activity">For what share of the span it was active, 0 to 1.</param>
public readonly record struct Claim(Account Account, double Weight, double Activity = 1);
