using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Carbon;

namespace Agent.Core.History;

/// <summary>What some accounts were booked with over some time.</summary>
public sealed record Spend
{
    public static Spend None { get; } = new();

    public HourCell Sum { get; private init; }

    /// <summary>Cost by currency.</summary>
    public ImmutableSortedDictionary<string, Cost> Costs { get; private init; } = ImmutableSortedDictionary.Create<string, Cost>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<Category, HourCell> Parts { get; private init; } = ImmutableSortedDictionary<Category, HourCell>.Empty;

    /// <summary>Prompt, generation and embedding: by it models share what is nobody's.</summary>
    public double ActiveJoules => Of(Category.Prompt) + Of(Category.Generation) + Of(Category.Embedding);

    /// <summary>The joules of a category.</summary>
    public double Of(Category category) => Parts.TryGetValue(category, out var cell) ? cell.Energy.Value : 0;

    public Spend Add(HourRow row)
    {
        var category = row.Key.Account.Category;
        return new Spend
        {
            Sum = Sum + row.Cell,
            Costs = row.Key.Currency.Length == 0 || row.Cell.Cost == default ? Costs : Costs.SetItem(row.Key.Currency, Costs.GetValueOrDefault(row.Key.Currency) + row.Cell.Cost),
            Parts = Parts.SetItem(category, (Parts.TryGetValue(category, out var before) ? before : default) + row.Cell),
        };
    }
}
