using System.Globalization;
using Agent.Core.Carbon;
using static Agent.Config.ConfigValue;
using ConfigKey = Agent.Config.ConfigKey<Agent.Config.AgentConfig>;

namespace Agent.Config;

/// <summary>The keys of emissions, cost and history.</summary>
internal static class FootprintKeys
{
    private const int MostRules = 100;

    private const double MostGrams = 10_000;

    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        ConfigKey.Of("time_zone", "", TimeZone, (config, value) => config.TimeZone = value),
        ConfigKey.Of("carbon.provider", "static", text => OneOf(text, "static", "electricity_maps", "uk", "energy_charts", "file"), (config, value) => config.Carbon.Provider = value),
        ConfigKey.Of("carbon.zone", "", Zone, (config, value) => config.Carbon.Zone = value),
        ConfigKey.Of("carbon.grams_per_kwh", "", text => Number(text, 0, MostGrams), (config, value) => config.Carbon.GramsPerKwh = value),
        ConfigKey.Of("carbon.pue", "1", text => Number(text, 1, 10), (config, value) => config.Carbon.Pue = value),
        ConfigKey.Of("carbon.token", "", Text, (config, value) => config.Carbon.Token = value),
        ConfigKey.Of("carbon.token_file", "", AbsolutePath, (config, value) => config.Carbon.TokenFile = value),
        ConfigKey.Of("carbon.file", "", AbsolutePath, (config, value) => config.Carbon.File = value),
        ConfigKey.Of("carbon.scope", "lifecycle", Choice<EmissionScope>, (config, value) => config.Carbon.Scope = value),
        ConfigKey.Of("carbon.interval", "30m", text => Duration(text, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1)), (config, value) => config.Carbon.Interval = value),
        ConfigKey.Of("carbon.endpoint", "", Endpoint, (config, value) => config.Carbon.Endpoint = value),
        ConfigKey.Of("carbon.renewable_share", "", text => Number(text, 0, 1), (config, value) => config.Carbon.RenewableShare = value),
        ConfigKey.Of("carbon.contract_grams_per_kwh", "0", text => Number(text, 0, MostGrams), (config, value) => config.Carbon.ContractGramsPerKwh = value),
        ConfigKey.Of("carbon.residual_grams_per_kwh", "", text => Number(text, 0, MostGrams), (config, value) => config.Carbon.ResidualGramsPerKwh = value),
        ConfigKey.Of("carbon.embodied_kilograms", "", text => Number(text, 0, 1e6), (config, value) => config.Carbon.EmbodiedKilograms = value),
        ConfigKey.Of("carbon.embodied_years", "4", text => Number(text, 0.5, 50), (config, value) => config.Carbon.EmbodiedYears = value),
        ConfigKey.Of("cost.price_per_kwh", "", text => Number(text, -1_000_000, 1_000_000), (config, value) => config.Cost.PricePerKwh = value),
        ConfigKey.Of("cost.currency", "", Currency, (config, value) => config.Cost.Currency = value),
        ConfigKey.Of("cost.file", "", AbsolutePath, (config, value) => config.Cost.File = value),
        new("cost.time_of_use.#", "", (config, number, text) =>
        {
            var place = int.Parse(number, CultureInfo.InvariantCulture);
            var (rule, problem) = TariffRule.Parse(text);
            problem = place < MostRules ? problem : $"there can be {MostRules} at most";
            if (problem is null)
            {
                config.Cost.TimeOfUse[place] = rule!;
            }

            return problem;
        }),
        ConfigKey.Of("history.retention_days", "1096", text => Whole(text, 32, 36_500), (config, value) => config.History.RetentionDays = value),
    ];

    private static (string Value, string? Problem) TimeZone(string text) =>
        (text, TimeZoneInfo.TryFindSystemTimeZoneById(text, out _) ? null : $"'{text}' is no time zone this machine knows, such as Europe/Berlin (package tzdata)");
}
