namespace Agent.Core.Carbon;

/// <summary>What a kilowatt hour of the grid emits now, on average. Marginal figures are no such thing and are never booked.</summary>
/// <param name="GramsPerKilowattHour">CO2 equivalent; above 0 and below 2000, or the operator's own.</param>
/// <param name="Provider">Who told it: static, fixed, electricity_maps, uk, energy_charts, file.</param>
/// <param name="Zone">Of which grid: a country's ISO 3166 code or the provider's own name; empty: the operator's.</param>
/// <param name="Tier">How good it is.</param>
public sealed record CarbonIntensity(double GramsPerKilowattHour, string Provider, string Zone, IntensityTier Tier)
{
    /// <summary>Null where it is not told.</summary>
    public EmissionScope? Scope { get; init; }

    /// <summary>The provider itself estimated it.</summary>
    public bool Estimated { get; init; }

    /// <summary>The time it is of; null where it is of no time: a year's average, the operator's own.</summary>
    public DateTimeOffset? Of { get; init; }
}
