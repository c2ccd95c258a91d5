using System.Collections.Immutable;
using Agent.Core.Carbon;

namespace Agent.Grid;

/// <summary>What intensity holds now, by the best that is known: live, cached, forecast, static. Never zero, never another zone's.</summary>
internal static class IntensityLadder
{
    /// <summary>A grid's mix changes over hours.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(2);

    /// <summary>The longest that a value stands in for what is not told: half a night.</summary>
    private static readonly TimeSpan Usable = TimeSpan.FromHours(6);

    /// <summary>The intensity at a time.</summary>
    /// <param name="told">What the provider told last; empty where nothing.</param>
    /// <param name="provider">Who.</param>
    /// <param name="fallback">Where it told nothing that holds now.</param>
    public static CarbonIntensity At(DateTimeOffset now, ImmutableArray<GridValue> told, IIntensityProvider provider, CarbonIntensity fallback)
    {
        var last = told.LastOrDefault(value => !value.Forecast && value.From <= now);
        var age = last is null ? TimeSpan.MaxValue : now - (last.To < now ? last.To : now);
        var foreseen = told.FirstOrDefault(value => value.Forecast && value.From <= now && now < value.To);
        return age <= Fresh ? Of(last!, IntensityTier.Live)
            : age <= Usable ? Of(last!, IntensityTier.Cached)
            : foreseen is not null ? Of(foreseen, IntensityTier.Forecast)
            : fallback;

        CarbonIntensity Of(GridValue value, IntensityTier tier) => new(value.Grams, provider.Name, provider.Zone, tier)
        {
            Scope = provider.Scope,
            Estimated = value.Estimated,
            Of = value.From,
        };
    }
}
