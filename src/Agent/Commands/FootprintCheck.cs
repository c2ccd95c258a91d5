using System.Globalization;
using Agent.Config;
using Agent.Core.Carbon;
using Agent.Grid;

namespace Agent.Commands;

/// <summary>Says what emissions and cost are reckoned with; a provider is asked once.</summary>
internal static class FootprintCheck
{
    /// <summary>What is said of where a machine stands, and of its bills.</summary>
    public const string Carbon = "carbon", Cost = "cost";

    public static async Task<IReadOnlyList<Finding>> CheckAsync(AgentConfig config, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var prices = FootprintParts.Prices(config, _ => { });
        return
        [
            await CarbonAsync(config.Carbon, now, cancel),
            prices?.Check(now) ?? new(Verdict.Absent, Cost, "Cost is not reckoned: cost.price_per_kwh and cost.currency are not set."),
        ];
    }

    private static async Task<Finding> CarbonAsync(CarbonConfig config, DateTimeOffset now, CancellationToken cancel)
    {
        using var http = new GridHttp();
        if (config.GramsPerKwh is not null || FootprintParts.Provider(config, http) is not { } provider)
        {
            return Known(config);
        }

        var fallback = FootprintParts.Known(config);
        var answer = await provider.AskAsync(GridValidators.None, now, cancel);
        var told = answer as GridAnswer.Told;
        var intensity = IntensityLadder.At(now, told?.Values ?? [], provider, fallback);
        var held = string.Create(CultureInfo.InvariantCulture, $"{intensity.GramsPerKilowattHour:0.#} g/kWh");
        return answer is GridAnswer.Failed failed ? new(Verdict.Warning, Carbon, $"{failed.Reason} Until it tells, what it told before holds, else {held}.", "Look at carbon.provider, carbon.zone and the key; the provider's own page may say more.")
            : intensity == fallback ? new(Verdict.Warning, Carbon, $"{provider.Name} tells nothing of now: {held} holds.", "Look at carbon.zone.")
            : new(Verdict.Good, Carbon, string.Create(CultureInfo.InvariantCulture, $"Emissions are reckoned with what {provider.Name} tells of {provider.Zone}: {held} now ({intensity.Tier.ToString().ToLowerInvariant()}, of {intensity.Of:yyyy-MM-dd HH:mm'Z'})."));
    }

    private static Finding Known(CarbonConfig config)
    {
        var known = FootprintParts.Known(config);
        var grams = string.Create(CultureInfo.InvariantCulture, $"{known.GramsPerKilowattHour:0.#} g/kWh");
        if (known.Tier == IntensityTier.Fixed)
        {
            return new(Verdict.Good, Carbon, $"Emissions are reckoned with {grams}, as carbon.grams_per_kwh says.");
        }

        var row = GridTable.Find(config.Zone)!;
        var average = $"{grams}, the average of {(config.Zone.Length == 0 ? "the world" : row.Name)} in {row.Year} ({GridTable.Attribution})";
        return config.Zone.Length > 0
            ? new(Verdict.Good, Carbon, $"Emissions are reckoned with {average}.")
            : new(Verdict.Warning, Carbon, $"Emissions are reckoned with {average}: from country to country it differs thirtyfold.", "Set carbon.zone to your country's code, such as DE.");
    }
}
