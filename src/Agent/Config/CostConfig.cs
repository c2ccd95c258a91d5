using Agent.Core.Carbon;

namespace Agent.Config;

/// <summary>What energy costs.</summary>
internal sealed class CostConfig
{
    /// <summary>Per kWh, where no rule holds.</summary>
    public double? PricePerKwh { get; set; }

    /// <summary>ISO 4217 code.</summary>
    public string Currency { get; set; } = "";

    /// <summary>Prices by time of use, the first that holds.</summary>
    public SortedDictionary<int, TariffRule> TimeOfUse { get; } = [];

    /// <summary>A file of prices over time.</summary>
    public string File { get; set; } = "";
}
