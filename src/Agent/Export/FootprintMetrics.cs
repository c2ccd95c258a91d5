using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Ollama;

namespace Agent.Export;

/// <summary>Emissions and cost.</summary>
internal static class FootprintMetrics
{
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_carbon_intensity_grams_per_kilowatt_hour", MetricType.Gauge,
            "What a kilowatt hour of the grid emits now, on average, in grams of CO2 equivalent; tier says how good the figure is: live, cached, forecast, static or fixed.",
            ["provider", "zone", "tier"],
            snapshot => Intensity(snapshot).Select(now => new Sample(now.GramsPerKilowattHour, now.Provider, now.Zone, Labels.Of(now.Tier)))),
        new("joulet_carbon_intensity_age_seconds", MetricType.Gauge,
            "How long ago that was so; absent for what is of no time: a year's average, the operator's own.",
            [],
            snapshot => Intensity(snapshot).Where(now => now.Of is not null).Select(now => new Sample(Math.Max(0, (snapshot.Vitals.Now - now.Of!.Value).TotalSeconds)))),
        new("joulet_carbon_intensity_info", MetricType.Info,
            "What the figure holds: scope lifecycle or direct (burning the fuel alone, which reads lower); always average, never marginal; estimated by the provider itself.",
            ["provider", "zone", "scope", "kind", "estimated"],
            snapshot => Intensity(snapshot).Select(now => new Sample(
                1, now.Provider, now.Zone, now.Scope is { } scope ? Labels.Of(scope) : "", "average", now.Estimated ? "true" : "false"))),
        new("joulet_carbon_provider_up", MetricType.Gauge, "1 where carbon.provider answered when it was asked last, 0 where it did not; absent where nobody is asked.", [],
            snapshot => snapshot.Vitals.Grid is { } grid ? [new Sample(grid.Up ? 1 : 0)] : []),
        new("joulet_carbon_provider_failures_total", MetricType.Counter,
            "Times it did not, by cause: unreachable, timeout, denied (the key), quota, server, answer (none of that zone, or no intensity).", ["cause"],
            snapshot => snapshot.Vitals.Grid?.Failures.Select(failure => new Sample(failure.Value, failure.Key)) ?? []),
        Emitted("joulet_carbon_emissions_grams_total", "Emissions of the host's energy, location-based, by disjoint parts: summing is right.", emissions => emissions.Location, _ => true),
        EmittedByModel("joulet_model_carbon_emissions_grams_total", "Emissions of what was booked to a model, location-based.", emissions => emissions.Location, _ => true),
        Emitted("joulet_carbon_emissions_market_grams_total",
            "The same by what is contracted (market-based): beside the other, never added to it. Absent without carbon.renewable_share.", emissions => emissions.Market, IsMarket),
        EmittedByModel("joulet_model_carbon_emissions_market_grams_total", "The same by model.", emissions => emissions.Market, IsMarket),
        new("joulet_embodied_emissions_grams_total", MetricType.Counter,
            "What making the machine emitted, spread over its life, for the time it was watched: in no other figure. Absent without carbon.embodied_kilograms.", [],
            snapshot => snapshot.Ledger.Footprint is { EmbodiedGrams: > 0 } or { Rules.EmbodiedGramsPerSecond: > 0 } ? [new Sample(snapshot.Ledger.Footprint.EmbodiedGrams)] : []),
        new("joulet_energy_price_per_kilowatt_hour", MetricType.Gauge, "What a kilowatt hour costs now; below zero it earns.", ["currency"],
            snapshot => snapshot.Ledger.Footprint.Price is { } price ? [new Sample(price.PerKilowattHour, price.Currency)] : []),
        Paid("joulet_energy_cost_total", "What the host's energy cost.", cost => cost.Paid),
        PaidByModel("joulet_model_energy_cost_total", "What that of a model cost.", cost => cost.Paid),
        Paid("joulet_energy_earned_total", "What was got for it while the price was below zero: take it off the cost. Absent until the price is below zero for the first time.", cost => cost.Earned, Earns),
        PaidByModel("joulet_model_energy_earned_total", "The same by model.", cost => cost.Earned, Earns),
    ];

    private static bool IsMarket(FootprintBook book) => book.Rules.RenewableShare is not null || book.Emissions.Values.Any(emissions => emissions.Market > 0);

    private static bool Earns(FootprintBook book) => book.Price is { PerKilowattHour: < 0 } || book.Costs.Values.Any(cost => cost.Earned > 0);

    private static IEnumerable<CarbonIntensity> Intensity(Snapshot snapshot) => snapshot.Ledger.Footprint.Intensity is { } now ? [now] : [];

    private static MetricRow Emitted(string name, string help, Func<Emissions, double> grams, Func<FootprintBook, bool> isKnown) =>
        new(name, MetricType.Counter, help, ["component"], snapshot => !isKnown(snapshot.Ledger.Footprint) ? [] : snapshot.Ledger.Footprint.Emissions
            .OrderBy(pair => pair.Key.Account, Order)
            .GroupBy(pair => pair.Key.Component)
            .OrderBy(group => group.Key)
            .Select(group => new Sample(group.Sum(pair => grams(pair.Value)), Labels.Of(group.Key))));

    private static MetricRow EmittedByModel(string name, string help, Func<Emissions, double> grams, Func<FootprintBook, bool> isKnown) =>
        new(name, MetricType.Counter, help, ["model", MetricRow.Ollama], snapshot => !isKnown(snapshot.Ledger.Footprint) ? [] : snapshot.Ledger.Footprint.Emissions
            .Where(pair => pair.Key.Account.Model is { Named: true })
            .OrderBy(pair => pair.Key.Account, Order)
            .ThenBy(pair => pair.Key.Component)
            .GroupBy(pair => pair.Key.Account.Model!.Value)
            .Select(group => Sample.Of(group.Key, group.Sum(pair => grams(pair.Value)))));

    private static MetricRow Paid(string name, string help, Func<Cost, double> amount, Func<FootprintBook, bool>? isKnown = null) =>
        new(name, MetricType.Counter, help, ["currency"], snapshot => isKnown?.Invoke(snapshot.Ledger.Footprint) == false ? [] : snapshot.Ledger.Footprint.Costs
            .OrderBy(pair => pair.Key.Account, Order)
            .GroupBy(pair => pair.Key.Currency)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new Sample(group.Sum(pair => amount(pair.Value)), group.Key)));

    private static MetricRow PaidByModel(string name, string help, Func<Cost, double> amount, Func<FootprintBook, bool>? isKnown = null) =>
        new(name, MetricType.Counter, help, ["model", "currency", MetricRow.Ollama], snapshot => isKnown?.Invoke(snapshot.Ledger.Footprint) == false ? [] : snapshot.Ledger.Footprint.Costs
            .Where(pair => pair.Key.Account.Model is { Named: true })
            .OrderBy(pair => pair.Key.Account, Order)
            .GroupBy(pair => (Model: pair.Key.Account.Model!.Value, pair.Key.Currency))
            .Select(group => Sample.Of(group.Key.Model, group.Sum(pair => amount(pair.Value)), group.Key.Currency)));

    /// <summary>Sums are made in one order: a last digit less would be a counter that began anew.</summary>
    private static IComparer<Account> Order { get; } = Comparer<Account>.Create((one, other) =>
    {
        var order = one.Category.CompareTo(other.Category);
        order = order != 0 ? order : string.CompareOrdinal(Text(one.Model), Text(other.Model));
        return order;
    });

    private static string Text(ModelKey? model) => model is { } key ? $"{key.Named} {key.Value} {key.Ollama}" : "";
}
