using System.Collections.Immutable;
using Agent.Core.Carbon;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Emissions and cost. They accrue when joules are booked, by the intensity and price that held when they were drawn.</summary>
public sealed record FootprintBook
{
    public static FootprintBook Empty { get; } = new();

    public FootprintRules Rules { get; init; } = FootprintRules.Usual;

    /// <summary>The grid's intensity now; null before it is told.</summary>
    public CarbonIntensity? Intensity => Intensities.Now;

    /// <summary>The price now; null where none is told.</summary>
    public Price? Price => Prices.Now is { } now && now != Core.Carbon.Price.None ? now : null;

    public ImmutableDictionary<(Component Component, Account Account), Emissions> Emissions { get; private init; } =
        ImmutableDictionary<(Component, Account), Emissions>.Empty;

    public ImmutableDictionary<(Account Account, string Currency), Cost> Costs { get; private init; } =
        ImmutableDictionary<(Account, string), Cost>.Empty;

    /// <summary>The machine's making, in grams, for the time it was watched.</summary>
    public double EmbodiedGrams { get; private init; }

    internal ChangeLog<CarbonIntensity> Intensities { get; private init; } = ChangeLog<CarbonIntensity>.Empty;

    internal ChangeLog<Price> Prices { get; private init; } = ChangeLog<Price>.Empty;

    internal FootprintBook Told(Moment at, CarbonIntensity intensity) => this with { Intensities = Intensities.Add(at, intensity) };

    internal FootprintBook Told(Moment at, Price price) => this with { Prices = Prices.Add(at, price) };

    /// <summary>Joules that were drawn while one intensity and one price held.</summary>
    /// <returns>What they emitted and cost; zero where no intensity or price is known.</returns>
    internal (FootprintBook Next, Emissions Emissions, Cost Cost) Add(
        Component component, Account account, double joules, CarbonIntensity? intensity, Price? price)
    {
        var emissions = intensity is null ? default : Rules.Of(joules, intensity.GramsPerKilowattHour);
        var cost = price is null || price == Core.Carbon.Price.None ? default : Rules.CostOf(joules, price);
        var next = this;
        if (intensity is not null)
        {
            next = next with { Emissions = next.Emissions.SetItem((component, account), next.Emissions.GetValueOrDefault((component, account)) + emissions) };
        }

        if (price is not null && price != Core.Carbon.Price.None)
        {
            next = next with { Costs = next.Costs.SetItem((account, price.Currency), next.Costs.GetValueOrDefault((account, price.Currency)) + cost) };
        }

        return (next, emissions, cost);
    }

    /// <summary>Time went by.</summary>
    /// <param name="oldest">What held before that is forgotten; null: nothing is.</param>
    internal FootprintBook Passed(TimeSpan time, Moment? oldest) => this with
    {
        EmbodiedGrams = EmbodiedGrams + (Rules.EmbodiedGramsPerSecond * Math.Max(0, time.TotalSeconds)),
        Intensities = oldest is { } intensity ? Intensities.Since(intensity) : Intensities,
        Prices = oldest is { } price ? Prices.Since(price) : Prices,
    };

    internal FootprintBook Renamed(ModelKey from, ModelKey to)
    {
        if (from == to)
        {
            return this;
        }

        var next = this;
        foreach (var (key, emissions) in Emissions.Where(pair => pair.Key.Account.Model == from))
        {
            var renamed = (key.Component, key.Account with { Model = to });
            next = next with { Emissions = next.Emissions.Remove(key).SetItem(renamed, next.Emissions.GetValueOrDefault(renamed) + emissions) };
        }

        foreach (var (key, cost) in Costs.Where(pair => pair.Key.Account.Model == from))
        {
            var renamed = (key.Account with { Model = to }, key.Currency);
            next = next with { Costs = next.Costs.Remove(key).SetItem(renamed, next.Costs.GetValueOrDefault(renamed) + cost) };
        }

        return next;
    }

    /// <summary>The machine was started anew: no moment of then means anything now.</summary>
    internal FootprintBook Closed() => this with { Intensities = ChangeLog<CarbonIntensity>.Empty, Prices = ChangeLog<Price>.Empty };

    public SavedFootprint Save() => new(
        [.. Emissions.Select(pair => new SavedFootprint.Emitted(pair.Key.Component, pair.Key.Account.Category, pair.Key.Account.Model, pair.Value.Location, pair.Value.Market))],
        [.. Costs.Select(pair => new SavedFootprint.Spent(pair.Key.Account.Category, pair.Key.Account.Model, pair.Key.Currency, pair.Value.Paid, pair.Value.Earned))],
        EmbodiedGrams,
        [.. Intensities.Changes.Select(change => new SavedFootprint.IntensityChange(change.From, change.Value))],
        [.. Prices.Changes.Select(change => new SavedFootprint.PriceChange(change.From, change.Value))]);

    /// <summary>As it was, by the rules of now.</summary>
    public static FootprintBook Restored(SavedFootprint saved, FootprintRules rules) => new()
    {
        Rules = rules,
        Emissions = saved.Emissions.ToImmutableDictionary(
            item => (item.Component, new Account(item.Category, item.Model)), item => new Emissions(item.Location, item.Market)),
        Costs = saved.Costs.ToImmutableDictionary(
            item => (new Account(item.Category, item.Model), item.Currency), item => new Cost(item.Paid, item.Earned)),
        EmbodiedGrams = saved.EmbodiedGrams,
        Intensities = ChangeLog<CarbonIntensity>.Of(saved.Intensities.Select(change => (change.From, change.Intensity))),
        Prices = ChangeLog<Price>.Of(saved.Prices.Select(change => (change.From, change.Price))),
    };
}
