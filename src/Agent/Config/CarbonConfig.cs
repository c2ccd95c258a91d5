using Agent.Core.Carbon;

namespace Agent.Config;

/// <summary>How emissions are reckoned.</summary>
internal sealed class CarbonConfig
{
    /// <summary>Who tells the grid's intensity: static, electricity_maps, uk, energy_charts or file.</summary>
    public string Provider { get; set; } = "static";

    /// <summary>ISO 3166 code or the provider's zone; empty: the world's average.</summary>
    public string Zone { get; set; } = "";

    /// <summary>Grams per kWh, instead of any provider's.</summary>
    public double? GramsPerKwh { get; set; }

    /// <summary>What the building draws for each joule of the machine.</summary>
    public double Pue { get; set; } = 1;

    /// <summary>The provider's key, from the environment.</summary>
    public string Token { get; set; } = "";

    /// <summary>A file whose first line is the provider's key.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Where intensity is read, with provider file.</summary>
    public string File { get; set; } = "";

    public EmissionScope Scope { get; set; } = EmissionScope.Lifecycle;

    /// <summary>How often the provider is asked.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The provider's address, where it is another than the public one.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>The part of the energy under a contract, 0 to 1.</summary>
    public double? RenewableShare { get; set; }

    public double ContractGramsPerKwh { get; set; }

    public double? ResidualGramsPerKwh { get; set; }

    /// <summary>What the machine's making emitted.</summary>
    public double? EmbodiedKilograms { get; set; }

    /// <summary>Over how many years that is spread.</summary>
    public double EmbodiedYears { get; set; } = 4;
}
