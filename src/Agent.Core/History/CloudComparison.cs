using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Core.Ollama;

namespace Agent.Core.History;

/// <summary>The same tokens in a cloud, beside what they cost here.</summary>
/// <param name="Reference">Whose figure.</param>
/// <param name="Models">The local models it stands for.</param>
/// <param name="Cloud">Joules of the same tokens there; null where only emissions are published.</param>
/// <param name="CloudGrams">Their emissions there.</param>
/// <param name="ActiveJoules">Here, without loading and idle.</param>
/// <param name="FullJoules">Here, with both.</param>
/// <param name="Grams">Emissions here, with both.</param>
/// <param name="BreakEvenTokens">
/// Generated tokens a day from which on the full figure here is below the central one there; null: at no number, since even
/// without loading and idle a token takes more here. Not told where the period has no full day.
/// </param>
public sealed partial record CloudComparison(
    CloudReference Reference,
    IReadOnlyList<ModelKey> Models,
    Estimate? Cloud,
    Estimate CloudGrams,
    double ActiveJoules,
    double FullJoules,
    double Grams,
    double? BreakEvenTokens)
{
    /// <summary>What an input token takes of an output token: an assumption, from 1/15 to 1/4.</summary>
    public static Estimate InputWeight { get; } = new(1 / 15.0, 1 / 8.0, 1 / 4.0);

    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>Every reference of the period's time.</summary>
    /// <param name="report">The period.</param>
    /// <param name="references">All there are.</param>
    /// <param name="cloudGrid">Grams per kWh where clouds run.</param>
    /// <param name="pue">What the building here draws for each joule of the machine.</param>
    public static IReadOnlyList<CloudComparison> Of(Report report, IEnumerable<CloudReference> references, double cloudGrid, double pue)
    {
        var month = report.Period.Last.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var models = report.Models.Where(model => model.ActiveJoulesPerToken is not null).ToArray();
        var watched = report.Total.Parts.TryGetValue(Attribution.Category.Idle, out var idle) ? idle.Seconds / 86400 : 0; // of idle, seconds are those that were watched
        return
        [
            .. from reference in references
               where string.CompareOrdinal(reference.ValidFrom, month) <= 0
               let alike = reference.Kind == "same-model" ? [.. models.Where(model => IsLike(model.Model, reference.Id))] : models
               where alike.Length > 0
               select Compare(reference, alike, cloudGrid, pue, watched),
        ];
    }

    private static CloudComparison Compare(CloudReference reference, ModelReport[] models, double cloudGrid, double pue, double days)
    {
        double prompt = models.Sum(model => model.Counts.Tokens.Prompt), generated = models.Sum(model => model.Counts.Tokens.Generated);
        var tokens = new Estimate(generated + (prompt * InputWeight.Low), generated + (prompt * InputWeight.Central), generated + (prompt * InputWeight.High));
        var joules = reference.JoulesPerToken is { } per ? new Estimate(per.Low * tokens.Low, per.Central * tokens.Central, per.High * tokens.High) : (Estimate?)null;
        var (active, full) = (models.Sum(model => model.ActiveJoules) * pue, models.Sum(model => model.FullJoules) * pue);
        double? breakEven = joules is { Central: var there } && there > active && days > 0 ? (full - active) / days / ((there - active) / generated) : null;
        return new CloudComparison(
            reference,
            [.. models.Select(model => model.Model)],
            joules,
            joules is { } energy ? energy * (cloudGrid / JoulesPerKilowattHour) : tokens * (reference.GramsPerToken ?? 0),
            active,
            full,
            models.Sum(model => model.Grams),
            breakEven);
    }

    /// <summary>By the size that a model's name tells: 8b stands for up to 13 billion parameters, 24b for up to 40, 70b for more.</summary>
    private static bool IsLike(ModelKey model, string reference) => Size.Match(model.Value) is { Success: true } match
        && double.TryParse(match.Groups["billions"].ValueSpan, CultureInfo.InvariantCulture, out var billions)
        && Size.Match(reference) is { Success: true } named
        && named.Groups["billions"].Value == (billions <= 13 ? "8" : billions <= 40 ? "24" : "70");

    [GeneratedRegex(@"[:\-](?<billions>\d{1,4}(\.\d{1,3})?)b(?![a-z0-9])", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 100)]
    private static partial Regex Size { get; }
}
