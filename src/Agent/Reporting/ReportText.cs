using Agent.Core.History;
using static Agent.Reporting.Figures;

namespace Agent.Reporting;

/// <summary>A report for a terminal.</summary>
internal static class ReportText
{
    private const int BarLength = 32, LineLength = 96;

    public static void Write(TextWriter to, ReportData data)
    {
        var (report, total) = (data.Report, data.Report.Total);
        to.WriteLine($"Energy of local models, {report.Period.Name} ({report.Period.Zone.Id})");
        to.WriteLine();
        to.WriteLine($"  {string.Join("   ", Totals(data))}");
        foreach (var line in ReportWords.Quality(data))
        {
            to.WriteLine($"  {line}");
        }

        Categories(to, total);
        Models(to, data);
        Parts(to, report);
        to.WriteLine();
        to.WriteLine("Local or cloud");
        foreach (var line in ReportWords.Cloud(data).SelectMany(Wrapped))
        {
            to.WriteLine($"  {line}");
        }
    }

    /// <summary>The sums, each with its change.</summary>
    internal static IEnumerable<string> Totals(ReportData data)
    {
        var (now, before) = (data.Report.Total, data.Before.Total);
        yield return With(Energy(now.Sum.Energy.Value), Change(now.Sum.Energy.Value, before.Sum.Energy.Value));
        yield return With($"{Grams(now.Sum.Emissions.Location)} CO2", Change(now.Sum.Emissions.Location, before.Sum.Emissions.Location));
        if (data.Market)
        {
            yield return $"{Grams(now.Sum.Emissions.Market)} CO2 market-based";
        }

        foreach (var currency in data.Currencies)
        {
            yield return With(Money(now.Costs[currency].Net, currency), Change(now.Costs[currency].Net, before.Costs.GetValueOrDefault(currency).Net));
        }
    }

    private static void Categories(TextWriter to, Spend total)
    {
        to.WriteLine();
        to.WriteLine("Where the joules went");
        foreach (var (category, cell) in total.Parts.Where(part => part.Value.Energy.Value > 0).OrderByDescending(part => part.Value.Energy.Value))
        {
            var share = cell.Energy.Value / total.Sum.Energy.Value;
            to.WriteLine($"  {Of(category),-15}{Energy(cell.Energy.Value),9} {Percent(share),6}  {Bar(share)}  {Meaning(category)}");
        }
    }

    private static void Models(TextWriter to, ReportData data)
    {
        if (data.Report.Models.IsEmpty)
        {
            return;
        }

        to.WriteLine();
        to.WriteLine("By model                          energy     tokens   J/token         change        CO2");
        to.WriteLine("                                  in full  generated   active   full            in full");
        foreach (var model in data.Report.Models)
        {
            var trend = Change(model.FullJoulesPerToken, data.Earlier(model)?.FullJoulesPerToken);
            to.WriteLine($"  {Cut(Name(model.Model), 30),-30}{Energy(model.FullJoules),9}{Count(model.Counts.Tokens.Generated),11}{PerToken(model.ActiveJoulesPerToken),9}{PerToken(model.FullJoulesPerToken),7}{trend,9}{Grams(model.Grams),11}");
            to.WriteLine($"      {ReportWords.Parts(model)}");
            if (ReportWords.PerMillion(model, data) is { Length: > 0 } million)
            {
                to.WriteLine($"      {million}");
            }
        }
    }

    private static void Parts(TextWriter to, Report report)
    {
        var most = report.Parts.Max(part => part.Spend.Sum.Energy.Value);
        if (most <= 0)
        {
            return;
        }

        to.WriteLine();
        to.WriteLine($"By {(report.Period.Kind == PeriodKind.Day ? "hour" : report.Parts[0].Name.Length == 7 ? "month" : "day")}");
        foreach (var part in report.Parts.Where(part => part.Spend.Parts.Count > 0))
        {
            var energy = part.Spend.Sum.Energy.Value;
            to.WriteLine($"  {part.Name,-12}{Energy(energy),9}  {Bar(energy / most)}  {(part.Generated > 0 ? $"{Count(part.Generated)} tokens" : "")}".TrimEnd());
        }
    }

    /// <summary>In lines that a terminal shows whole; what goes on is set in.</summary>
    private static IEnumerable<string> Wrapped(string text)
    {
        var line = "-";
        foreach (var word in text.Split(' '))
        {
            if (line.Length + word.Length >= LineLength)
            {
                yield return line;
                line = " ";
            }

            line += $" {word}";
        }

        yield return line;
    }

    private static string With(string figure, string change) => change.Length > 0 ? $"{figure} ({change})" : figure;

    private static string Cut(string text, int most) => text.Length <= most ? text : $"{text[..(most - 1)]}…";

    /// <summary>In eighths of a letter, as terminals draw them.</summary>
    private static string Bar(double share)
    {
        var eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * BarLength * 8);
        var bar = new string('█', eighths / 8) + (eighths % 8 > 0 ? $"{(char)('█' + (8 - (eighths % 8)))}" : "");
        return bar.PadRight(BarLength);
    }
}
