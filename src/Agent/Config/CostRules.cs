using Agent.Grid;

namespace Agent.Config;

/// <summary>How the settings of emissions and cost fit together.</summary>
internal static class CostRules
{
    /// <summary>Every problem: the key it is told at, and what is wrong.</summary>
    /// <param name="config">With all settings that are right for themselves.</param>
    /// <param name="tokenOrigin">Where carbon.token is set; null where it is not.</param>
    public static IEnumerable<(string Path, string Problem)> Problems(AgentConfig config, string? tokenOrigin)
    {
        var (carbon, cost) = (config.Carbon, config.Cost);
        if (cost.Currency.Length == 0)
        {
            foreach (var path in new[] { cost.PricePerKwh is null ? null : "cost.price_per_kwh", cost.File.Length == 0 ? null : "cost.file", cost.TimeOfUse.Count == 0 ? null : "cost.time_of_use.0" }.OfType<string>())
            {
                yield return (path, "needs cost.currency, such as EUR");
            }
        }

        if (cost.File.Length > 0 && cost.TimeOfUse.Count > 0)
        {
            yield return ("cost.file", "is given beside cost.time_of_use: give one of them");
        }

        if (carbon.Token.Length > 0 && tokenOrigin?.StartsWith("environment variable", StringComparison.Ordinal) == false)
        {
            yield return ("carbon.token", "may be given by the environment only (JOULET__CARBON__TOKEN), or in a file of its own: carbon.token_file");
        }

        if (carbon is { Provider: "electricity_maps", Token: "", TokenFile: "", GramsPerKwh: null })
        {
            yield return ("carbon.provider", "electricity_maps needs a key: carbon.token_file, or JOULET__CARBON__TOKEN");
        }

        if (carbon is { Provider: "electricity_maps" or "energy_charts", Zone: "", GramsPerKwh: null })
        {
            yield return ("carbon.provider", $"{carbon.Provider} needs carbon.zone: where the machine stands is not guessed");
        }

        if (carbon is { Provider: "static", GramsPerKwh: null } && GridTable.Find(carbon.Zone) is null)
        {
            yield return ("carbon.zone", $"'{carbon.Zone}' is no country of the table: write its ISO 3166 code, such as DE, or give carbon.grams_per_kwh");
        }

        if (carbon is { Provider: "file", File: "", GramsPerKwh: null })
        {
            yield return ("carbon.provider", "file needs carbon.file");
        }

        if (carbon is { ResidualGramsPerKwh: not null, RenewableShare: null })
        {
            yield return ("carbon.residual_grams_per_kwh", "needs carbon.renewable_share: it is the grid's mix for what no contract covers");
        }
    }
}
