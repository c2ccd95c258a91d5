using System.Collections.Immutable;
using Agent.Core.Carbon;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What of emissions and cost outlives the agent.</summary>
/// <param name="EmbodiedGrams">Of the machine's making.</param>
/// <param name="Intensities">The last changes of the grid's intensity.</param>
/// <param name="Prices">The last changes of the price.</param>
public sealed record SavedFootprint(
    ImmutableArray<SavedFootprint.Emitted> Emissions,
    ImmutableArray<SavedFootprint.Spent> Costs,
    double EmbodiedGrams,
    ImmutableArray<SavedFootprint.IntensityChange> Intensities,
    ImmutableArray<SavedFootprint.PriceChange> Prices)
{
    /// <summary>Grams of an account on a component.</summary>
    public sealed record Emitted(Component Component, Category Category, ModelKey? Model, double Location, double Market);

    /// <summary>Money of an account.</summary>
    public sealed record Spent(Category Category, ModelKey? Model, string Currency, double Paid, double Earned);

    /// <summary>From then on it was this.</summary>
    public sealed record IntensityChange(Moment From, CarbonIntensity Intensity);

    /// <summary>From then on it was this.</summary>
    public sealed record PriceChange(Moment From, Price Price);
}
