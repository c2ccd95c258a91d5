using System.Collections.Immutable;
using Agent.Core.Attribution;

namespace Agent.Core.History;

/// <summary>What a period cost, and what for.</summary>
/// <param name="Period">Which.</param>
/// <param name="Total">All of it.</param>
/// <param name="Models">By model, the costliest first.</param>
/// <param name="Parts">By hour, day or month; those without anything too.</param>
/// <param name="Quality">How far it can be trusted.</param>
/// <param name="HourCount">Hours of which there is something.</param>
public sealed record Report(
    Period Period, Spend Total, ImmutableArray<ModelReport> Models, ImmutableArray<PartReport> Parts, Quality Quality, int HourCount)
{
    /// <summary>What the hours come to.</summary>
    /// <param name="now">The period may not be over.</param>
    public static Report Of(Period period, IEnumerable<HourRow> hours, IEnumerable<TokenRow> tokens, DateTimeOffset now)
    {
        var (total, idle) = (Spend.None, Spend.None);
        var models = new Dictionary<Ollama.ModelKey, (Spend Own, Spend Full, HourTokens Counts)>();
        var parts = period.Parts().ToDictionary(name => name, name => new PartReport(name, Spend.None, 0), StringComparer.Ordinal);
        var seen = new HashSet<long>();
        foreach (var row in hours)
        {
            seen.Add(row.Key.Start);
            total = total.Add(row);
            idle = row.Key.Account.Category == Category.Idle ? idle.Add(row) : idle;
            var part = parts[period.PartOf(row.Key.Start)];
            parts[part.Name] = part with { Spend = part.Spend.Add(row) };
            if (row.Key.Account.Model is { } model)
            {
                var before = models.GetValueOrDefault(model, (Spend.None, Spend.None, default));
                models[model] = (before.Own.Add(row), IsInFull(row.Key.Account.Category) ? before.Full.Add(row) : before.Full, before.Counts);
            }
        }

        var all = default(HourTokens);
        foreach (var row in tokens)
        {
            var before = models.GetValueOrDefault(row.Model, (Spend.None, Spend.None, default));
            models[row.Model] = (before.Own, before.Full, before.Counts + row.Counts);
            all += row.Counts;
            var part = parts[period.PartOf(row.Start)];
            parts[part.Name] = part with { Generated = part.Generated + row.Counts.Tokens.Generated };
        }

        var active = models.Values.Sum(model => model.Own.ActiveJoules);
        return new Report(
            period,
            total,
            [
                .. models.Select(pair => new ModelReport(pair.Key, pair.Value.Own, pair.Value.Full, pair.Value.Counts, active > 0 ? pair.Value.Own.ActiveJoules / active : 0, idle))
                    .OrderByDescending(model => model.FullJoules).ThenBy(model => model.Model.Value, StringComparer.Ordinal),
            ],
            [.. period.Parts().Select(name => parts[name])],
            new Quality(
                Watched(period, total, now),
                Share(total.Sum.Estimated.Value, total.Sum.Energy.Value),
                Share(total.Of(Category.Unobserved) + total.Of(Category.Unmetered), total.Sum.Energy.Value),
                Share(all.Estimated, all.Tokens.Generated),
                Share(total.Sum.LiveGrams, total.Sum.Emissions.Location)),
            seen.Count);
    }

    private static bool IsInFull(Category category) => category is not (Category.Pull or Category.Unmetered or Category.Unobserved);

    private static double Watched(Period period, Spend total, DateTimeOffset now)
    {
        var length = ((now < period.To ? now : period.To) - period.From).TotalSeconds;
        var watched = total.Parts.TryGetValue(Category.Idle, out var idle) ? idle.Seconds : 0;
        return length > 0 ? Math.Min(1, watched / length) : 0;
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
