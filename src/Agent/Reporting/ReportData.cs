using Agent.Core.History;

namespace Agent.Reporting;

/// <summary>All that a report is made from.</summary>
/// <param name="Report">The period.</param>
/// <param name="Before">The one before it.</param>
/// <param name="Cloud">The same tokens in clouds.</param>
/// <param name="CloudGrid">Grams per kWh that clouds are reckoned with.</param>
/// <param name="Currencies">Of its cost.</param>
/// <param name="Market">Something is under contract: market-based emissions are told, too.</param>
/// <param name="Pue">What the building draws for each joule of the machine.</param>
/// <param name="IsOver">The period is over; else the one before it is as much of it as there is of this one.</param>
internal sealed record ReportData(
    Report Report, Report Before, IReadOnlyList<CloudComparison> Cloud, double CloudGrid, IReadOnlyList<string> Currencies, bool Market, double Pue, bool IsOver)
{
    /// <summary>Where clouds are taken to run, for their emissions.</summary>
    public const string CloudCountry = "US";

    public static ReportData Of(Report report, Report before, double cloudGrid, double pue, bool isOver) => new(
        report,
        before,
        CloudComparison.Of(report, CloudReferences.All, cloudGrid, pue),
        cloudGrid,
        [.. report.Total.Costs.Keys],
        report.Total.Sum.Emissions.Market > 0,
        pue,
        isOver);

    /// <summary>The same model in the period before; null where it did nothing then.</summary>
    public ModelReport? Earlier(ModelReport model) => Before.Models.FirstOrDefault(other => other.Model == model.Model);
}
