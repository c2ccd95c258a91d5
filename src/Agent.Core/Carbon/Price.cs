namespace Agent.Core.Carbon;

/// <summary>What a kilowatt hour costs now.</summary>
/// <param name="PerKilowattHour">In the currency; below zero where the grid pays for being relieved.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record Price(double PerKilowattHour, string Currency)
{
    /// <summary>No price holds: what is drawn meanwhile is not costed.</summary>
    public static Price None { get; } = new(0, "");
}
