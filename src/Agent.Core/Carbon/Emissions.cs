namespace Agent.Core.Carbon;

/// <summary>Grams of CO2 equivalent, by both methods of GHG Protocol's scope 2: never added to each other.</summary>
/// <param name="Location">By the grid's intensity.</param>
/// <param name="Market">By what was contracted; zero where nothing is.</param>
public readonly record struct Emissions(double Location, double Market)
{
    public static Emissions operator +(Emissions one, Emissions other) =>
        new(one.Location + other.Location, one.Market + other.Market);
}
