using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>How the sums stood at a moment: little enough to keep an hour of them. The difference of two is what came between.</summary>
/// <param name="At">When.</param>
/// <param name="Measured">Energy by part of the host, booked or not.</param>
/// <param name="Spent">Energy by what it was spent on.</param>
/// <param name="Models">What each model did and cost.</param>
/// <param name="Grams">Emissions, location-based.</param>
/// <param name="Costs">Cost by currency; below zero where more was got than paid.</param>
public sealed record Glance(
    Moment At,
    ImmutableDictionary<Component, Joules> Measured,
    ImmutableDictionary<Category, Joules> Spent,
    ImmutableDictionary<ModelKey, ModelGlance> Models,
    double Grams,
    ImmutableDictionary<string, double> Costs)
{
    public static Glance Empty { get; } = new(
        default,
        ImmutableDictionary<Component, Joules>.Empty,
        ImmutableDictionary<Category, Joules>.Empty,
        ImmutableDictionary<ModelKey, ModelGlance>.Empty,
        0,
        ImmutableDictionary<string, double>.Empty);

    public Joules Energy => new(Spent.Values.Sum(joules => joules.Value));

    public static Glance Of(Ledger ledger)
    {
        var devices = ledger.Devices.Values.Where(device => device.Device.Component is not null).OrderBy(device => device.Device.Id, StringComparer.Ordinal).ToArray();
        var accounts = devices.SelectMany(device => device.Accounts).ToLookup(pair => pair.Key, pair => pair.Value.Value);
        return new Glance(
            ledger.LastTick ?? ledger.Since,
            devices.Where(device => device.WasMeasured || device.Device.Kind == DeviceKind.Rest)
                .GroupBy(device => device.Device.Component!.Value)
                .ToImmutableDictionary(group => group.Key, group => new Joules(group.Sum(device => device.Measured.Value))),
            accounts.GroupBy(account => account.Key.Category).ToImmutableDictionary(group => group.Key, group => new Joules(group.Sum(account => account.Sum()))),
            ledger.Models.Where(pair => pair.Key.Named).ToImmutableDictionary(pair => pair.Key, pair => Of(pair.Key, pair.Value)),
            ledger.Footprint.Emissions.Values.Sum(emissions => emissions.Location),
            ledger.Footprint.Costs.GroupBy(pair => pair.Key.Currency).ToImmutableDictionary(group => group.Key, group => group.Sum(pair => pair.Value.Net)));

        ModelGlance Of(ModelKey model, ModelTotals totals) => new(
            totals.Tokens.Prompt, totals.Tokens.Generated, totals.Slots.Generation, On(model, Category.Prompt, Category.Generation), On(model, Category.Load, Category.LoadedIdle));

        Joules On(ModelKey model, params ReadOnlySpan<Category> categories)
        {
            var sum = 0.0;
            foreach (var category in categories)
            {
                sum += accounts[new Account(category, model)].Sum();
            }

            return new Joules(sum);
        }
    }

    /// <summary>What came since an earlier one.</summary>
    public Glance Since(Glance earlier) => this with
    {
        Measured = Measured.ToImmutableDictionary(pair => pair.Key, pair => pair.Value - earlier.Measured.GetValueOrDefault(pair.Key)),
        Spent = Spent.ToImmutableDictionary(pair => pair.Key, pair => pair.Value - earlier.Spent.GetValueOrDefault(pair.Key)),
        Models = Models.ToImmutableDictionary(pair => pair.Key, pair => pair.Value - earlier.Models.GetValueOrDefault(pair.Key)),
        Grams = Grams - earlier.Grams,
        Costs = Costs.ToImmutableDictionary(pair => pair.Key, pair => pair.Value - earlier.Costs.GetValueOrDefault(pair.Key)),
    };

    /// <summary>Joules per generated token of a model, by both boundaries; null where too little was generated to tell.</summary>
    public (double Active, double Full)? PerToken(ModelKey model)
    {
        if (!Models.TryGetValue(model, out var did) || !did.Tells || did.Active <= Joules.Zero)
        {
            return null;
        }

        var active = Spent.GetValueOrDefault(Category.Prompt) + Spent.GetValueOrDefault(Category.Generation);
        var full = did.Active + did.Own + (Spent.GetValueOrDefault(Category.Idle) * (did.Active / active));
        return (did.Active.Value / did.Generated, full.Value / did.Generated);
    }
}
