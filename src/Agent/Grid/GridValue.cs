namespace Agent.Grid;

/// <summary>What a provider tells of some time.</summary>
/// <param name="From">From when it holds.</param>
/// <param name="To">Until when.</param>
/// <param name="Grams">Grams of CO2 equivalent per kWh: above 0, below 2000.</param>
/// <param name="Forecast">It was foreseen, not measured.</param>
/// <param name="Estimated">The provider estimated what it could not measure.</param>
internal sealed record GridValue(DateTimeOffset From, DateTimeOffset To, double Grams, bool Forecast = false, bool Estimated = false)
{
    /// <summary>No grid emits more: the dirtiest is at 1300.</summary>
    private const double Most = 2000;

    /// <summary>It can be true: no grid is without emissions over its plants' life, and an error is no reason to call one so.</summary>
    public static bool IsValid(double grams) => grams is > 0 and < Most;
}
