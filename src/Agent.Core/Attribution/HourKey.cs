namespace Agent.Core.Attribution;

/// <summary>An account in an hour.</summary>
/// <param name="Start">When the hour began, in seconds since 1970 UTC.</param>
/// <param name="Account">Whose.</param>
/// <param name="Currency">Of its cost; empty where no price is known.</param>
public readonly record struct HourKey(long Start, Account Account, string Currency);
