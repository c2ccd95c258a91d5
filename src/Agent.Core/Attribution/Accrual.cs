using Agent.Core.Carbon;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What booked joules and counted tokens come to in grams, money and hours, by what held when they were drawn.</summary>
internal static class Accrual
{
    /// <summary>Joules of a component were booked that were drawn between two moments.</summary>
    public static Ledger Book(Ledger ledger, Component component, IReadOnlyList<Claim> booked, Moment from, Moment to)
    {
        if (booked.Count == 0)
        {
            return ledger;
        }

        var (footprint, hours) = (ledger.Footprint, ledger.Hours);
        var isEstimated = component is Component.CpuEstimated or Component.OtherEstimated;
        foreach (var (at, share) in Parts(from, to, footprint.Intensities.Between(from, to).Concat(footprint.Prices.Between(from, to)).Concat(hours.Marks.Between(from, to))))
        {
            var (intensity, price) = (footprint.Intensities.AtOrFirst(at), footprint.Prices.AtOrFirst(at));
            foreach (var (account, joules, _) in booked)
            {
                var energy = new Joules(joules * share);
                (footprint, var emissions, var cost) = footprint.Add(component, account, energy.Value, intensity, price);
                hours = hours.Of(at) is not { } start ? hours : hours.Add(
                    new HourKey(start, account, price?.Currency ?? ""),
                    new HourCell(energy, isEstimated ? energy : Joules.Zero, 0, emissions, intensity?.Tier is IntensityTier.Live or IntensityTier.Forecast ? emissions.Location : 0, cost));
            }
        }

        return ledger with { Footprint = footprint, Hours = hours, Profiles = ledger.Profiles.Book(booked, from, to) };
    }

    /// <summary>What a model did between two moments.</summary>
    public static Ledger Count(Ledger ledger, ModelKey model, ModelTotals since, bool isEstimated, Moment from, Moment to)
    {
        var (hours, counted, share) = (ledger.Hours, default(TokenCounts), 0.0);
        var currency = ledger.Footprint.Price?.Currency ?? "";
        foreach (var (at, part) in Parts(from, to, hours.Marks.Between(from, to)))
        {
            share += part;
            var until = since.Tokens.Part(share);
            var tokens = until - counted;
            counted = until;
            if (hours.Of(at) is not { } start)
            {
                continue;
            }

            if (tokens != default || (since.Loads > 0 && at == from))
            {
                hours = hours.Add(start, model, new HourTokens(tokens, isEstimated ? tokens.Generated : 0, at == from ? since.Loads : 0));
            }

            foreach (var (category, seconds) in since.Busy.Parts())
            {
                hours = hours.Add(new HourKey(start, new Account(category, model), currency), new HourCell { Seconds = seconds * part });
            }
        }

        return ledger with { Hours = hours, Profiles = ledger.Profiles.Count(model, since.Tokens, from, to) };
    }

    /// <summary>Time was watched.</summary>
    /// <param name="oldest">What held before that is forgotten; null: nothing is.</param>
    public static Ledger Passed(Ledger ledger, Moment from, Moment to, Moment? oldest)
    {
        var hours = ledger.Hours;
        var currency = ledger.Footprint.Price?.Currency ?? "";
        foreach (var (at, share) in Parts(from, to, hours.Marks.Between(from, to)))
        {
            hours = hours.Of(at) is not { } start ? hours : hours.Add(
                new HourKey(start, new Account(Category.Idle), currency), new HourCell { Seconds = (to - from).TotalSeconds * share });
        }

        return ledger with { Hours = oldest is { } last ? hours.Since(last) : hours, Footprint = ledger.Footprint.Passed(to - from, oldest) };
    }

    /// <summary>A stretch of time in parts, each with its share, between cuts in any order.</summary>
    private static IEnumerable<(Moment At, double Share)> Parts(Moment from, Moment to, IEnumerable<Moment> cuts)
    {
        var start = from;
        foreach (var cut in cuts.Distinct().Order().ToArray())
        {
            yield return (start, (cut - start) / (to - from));
            start = cut;
        }

        yield return (start, to > from ? (to - start) / (to - from) : 1);
    }
}
