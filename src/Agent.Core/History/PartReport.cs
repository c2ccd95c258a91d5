namespace Agent.Core.History;

/// <summary>One part of a period: an hour, a day or a month.</summary>
/// <param name="Name">Its local time.</param>
/// <param name="Spend">What was booked.</param>
/// <param name="Generated">Tokens generated.</param>
public sealed record PartReport(string Name, Spend Spend, long Generated);
