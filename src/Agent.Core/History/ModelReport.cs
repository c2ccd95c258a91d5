using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Core.History;

/// <summary>What a model cost and did.</summary>
/// <param name="Model">The model.</param>
/// <param name="Own">What was booked to it.</param>
/// <param name="Full">The same without what is not known to be its tokens': downloads, and work that was not seen.</param>
/// <param name="Counts">Its tokens and loads.</param>
/// <param name="IdleShare">Its share, by active energy, of what the machine draws at rest: 0 to 1.</param>
/// <param name="Idle">What that rest drew.</param>
public sealed record ModelReport(ModelKey Model, Spend Own, Spend Full, HourTokens Counts, double IdleShare, Spend Idle)
{
    /// <summary>Fewer tokens tell nothing of joules per token.</summary>
    public const long FewestTokens = 30;

    /// <summary>With more than this part of its energy unmetered, a model's tokens stand against too few joules.</summary>
    private const double MostUnmetered = 0.05;

    private const double Million = 1e6;

    /// <summary>Prompt and generation.</summary>
    public double ActiveJoules => Own.Of(Category.Prompt) + Own.Of(Category.Generation);

    /// <summary>With its loads, its being loaded, embedding, and its share of the machine's rest: as its grams and cost are.</summary>
    public double FullJoules => Full.Sum.Energy.Value + (IdleShare * Idle.Of(Category.Idle));

    /// <summary>Null where too few were generated, or too little of what it drew is known to be theirs.</summary>
    public double? ActiveJoulesPerToken => PerToken(ActiveJoules);

    public double? FullJoulesPerToken => PerToken(FullJoules);

    /// <summary>Location-based, with its share of the rest's.</summary>
    public double Grams => Full.Sum.Emissions.Location + (IdleShare * Idle.Sum.Emissions.Location);

    public double MarketGrams => Full.Sum.Emissions.Market + (IdleShare * Idle.Sum.Emissions.Market);

    private bool IsKnown => ActiveJoules > 0 && Own.Of(Category.Unmetered) <= ActiveJoules * MostUnmetered;

    public double? GramsPerMillionGenerated => PerToken(Grams) * Million;

    /// <summary>For a million of prompt and generated tokens, as the Software Carbon Intensity for AI counts.</summary>
    public double? GramsPerMillionProcessed =>
        Counts.Tokens.Prompt + Counts.Tokens.Generated >= FewestTokens ? Grams / (Counts.Tokens.Prompt + Counts.Tokens.Generated) * Million : null;

    /// <summary>What it cost in a currency, with its share of the rest's.</summary>
    public double Cost(string currency) =>
        Full.Costs.GetValueOrDefault(currency).Net + (IdleShare * Idle.Costs.GetValueOrDefault(currency).Net);

    public double? CostPerMillion(string currency) => PerToken(Cost(currency)) * Million;

    private double? PerToken(double amount) => Counts.Tokens.Generated >= FewestTokens && IsKnown ? amount / Counts.Tokens.Generated : null;
}
