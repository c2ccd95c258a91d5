namespace Agent.Core.Carbon;

/// <summary>How the operator wants emissions and cost reckoned.</summary>
public sealed record FootprintRules
{
    public static FootprintRules Usual { get; } = new();

    /// <summary>Power usage effectiveness: what the building draws for each joule of the machine; 1 and more. Cost and emissions hold it, joules do not.</summary>
    public double Pue { get; init; } = 1;

    /// <summary>The part of the energy that a contract covers, 0 to 1; null: emissions are reckoned by location only.</summary>
    public double? RenewableShare { get; init; }

    /// <summary>Grams per kWh of what the contract covers.</summary>
    public double ContractGramsPerKilowattHour { get; init; }

    /// <summary>
    /// Grams per kWh of what it does not cover: the residual mix, which is dirtier than the grid's average, since what is renewable
    /// in it is sold. Null: not known, and the grid's average stands in, which is too low.
    /// </summary>
    public double? ResidualGramsPerKilowattHour { get; init; }

    /// <summary>Grams emitted to make the machine, for each second of its life; 0: not reckoned.</summary>
    public double EmbodiedGramsPerSecond { get; init; }

    /// <summary>Emissions of energy.</summary>
    /// <param name="joules">Drawn by the machine.</param>
    /// <param name="gridGrams">The grid's grams per kWh.</param>
    public Emissions Of(double joules, double gridGrams)
    {
        var kilowattHours = KilowattHours(joules);
        var market = RenewableShare is { } share
            ? (share * ContractGramsPerKilowattHour) + ((1 - share) * (ResidualGramsPerKilowattHour ?? gridGrams))
            : 0;
        return new Emissions(kilowattHours * gridGrams, kilowattHours * market);
    }

    /// <summary>Its cost.</summary>
    public Cost CostOf(double joules, Price price) => Cost.Of(KilowattHours(joules) * price.PerKilowattHour);

    private double KilowattHours(double joules) => joules / 3.6e6 * Pue;
}
