using System.Net;
using static Agent.Reporting.Figures;

namespace Agent.Reporting;

/// <summary>A report as one page: nothing is loaded from anywhere, no script runs.</summary>
internal static class ReportHtml
{
    public static void Write(TextWriter to, ReportData data)
    {
        var report = data.Report;
        var title = Text($"Energy of local models, {report.Period.Name}");
        to.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <style>{ReportStyle.Css}</style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>
            <p class="soft">{Text(report.Period.Zone.Id)}, made by joulet</p>

            """);
        Totals(to, data);
        Section(to, "How far this can be trusted", () => Paragraphs(to, ReportWords.Quality(data)));
        if (report.Total.Sum.Energy.Value > 0)
        {
            Section(to, "Where the joules went", () => ReportCharts.Categories(to, report.Total));
            Section(to, "When", () => ReportCharts.Parts(to, report));
        }

        if (!report.Models.IsEmpty)
        {
            Section(to, "By model", () => Models(to, data));
        }

        Section(to, "Local or cloud", () =>
        {
            ReportCharts.Cloud(to, data);
            Paragraphs(to, ReportWords.Cloud(data));
            References(to, data);
        });
        to.Write("</main>\n</body>\n</html>\n");
    }

    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Totals(TextWriter to, ReportData data)
    {
        to.Write("<dl class=\"totals\">\n");
        var (now, before) = (data.Report.Total, data.Before.Total);
        Tile(to, "Energy", Energy(now.Sum.Energy.Value), Change(now.Sum.Energy.Value, before.Sum.Energy.Value), data);
        Tile(to, "CO2, location-based", Grams(now.Sum.Emissions.Location), Change(now.Sum.Emissions.Location, before.Sum.Emissions.Location), data);
        if (data.Market)
        {
            Tile(to, "CO2, market-based", Grams(now.Sum.Emissions.Market), Change(now.Sum.Emissions.Market, before.Sum.Emissions.Market), data);
        }

        foreach (var currency in data.Currencies)
        {
            Tile(to, "Cost", Money(now.Costs[currency].Net, currency), Change(now.Costs[currency].Net, before.Costs.GetValueOrDefault(currency).Net), data);
        }

        Tile(to, "Tokens generated", Count(data.Report.Models.Sum(model => model.Counts.Tokens.Generated)), "", data);
        to.Write("</dl>\n");
    }

    private static void Tile(TextWriter to, string name, string figure, string change, ReportData data) =>
        to.Write($"<div><dt>{name}</dt><dd>{Text(figure)}</dd>{(change.Length > 0 ? $"<dd class=\"soft\">{Text($"{change} since {data.Before.Period.Name}")}</dd>" : "")}</div>\n");

    private static void Models(TextWriter to, ReportData data)
    {
        to.Write("<div class=\"wide\"><table><thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Energy</th><th scope=\"col\">Generated</th><th scope=\"col\">J/token active</th><th scope=\"col\">J/token full</th><th scope=\"col\">Change</th><th scope=\"col\">CO2</th><th scope=\"col\">CO2 / 1 M</th>");
        foreach (var currency in data.Currencies)
        {
            to.Write($"<th scope=\"col\">{currency}</th><th scope=\"col\">{currency} / 1 M</th>");
        }

        to.Write("</tr></thead><tbody>\n");
        foreach (var model in data.Report.Models)
        {
            string[] cells =
            [
                Energy(model.FullJoules), Count(model.Counts.Tokens.Generated), PerToken(model.ActiveJoulesPerToken), PerToken(model.FullJoulesPerToken),
                Change(model.FullJoulesPerToken, data.Earlier(model)?.FullJoulesPerToken), Grams(model.Grams),
                model.GramsPerMillionGenerated is { } grams ? Grams(grams) : "–",
                .. data.Currencies.SelectMany(currency => new[]
                {
                    Money(model.Cost(currency), currency), model.CostPerMillion(currency) is { } cost ? Money(cost, currency) : "–",
                }),
            ];
            to.Write($"<tr><th scope=\"row\">{Text(Name(model.Model))}<small>{Text(ReportWords.Parts(model))}</small></th>{string.Concat(cells.Select(cell => $"<td>{Text(cell)}</td>"))}</tr>\n");
        }

        to.Write("</tbody></table></div>\n<p class=\"soft\">Active: prompts and answers alone. Full: with loading, lying in memory, and the model's share of what the machine draws at rest; energy, CO2 and cost are in full. 1 M: a million generated tokens.</p>\n");
    }

    private static void References(TextWriter to, ReportData data)
    {
        if (data.Cloud.Count == 0)
        {
            return;
        }

        to.Write("<details><summary>The published figures</summary><div class=\"wide\"><table><thead><tr><th scope=\"col\">What</th><th scope=\"col\">Of</th><th scope=\"col\">J/token</th><th scope=\"col\">CO2 of these tokens</th><th scope=\"col\">How</th></tr></thead><tbody>\n");
        foreach (var comparison in data.Cloud)
        {
            var reference = comparison.Reference;
            var joules = reference.JoulesPerToken is { } per ? Say($"{per.Central:0.##} ({per.Low:0.##} to {per.High:0.##})") : "–";
            to.Write($"<tr><th scope=\"row\">{Text(reference.Name)}<small>{Text($"{reference.Source}; {reference.Assumptions}")}</small></th><td>{Text(reference.ValidFrom)}</td><td>{joules}</td><td>{Text(Grams(comparison.CloudGrams.Central))}</td><td>{Text(reference.Quality)}</td></tr>\n");
        }

        to.Write("</tbody></table></div></details>\n");
    }

    private static void Section(TextWriter to, string heading, Action content)
    {
        to.Write($"<section>\n<h2>{heading}</h2>\n");
        content();
        to.Write("</section>\n");
    }

    private static void Paragraphs(TextWriter to, IEnumerable<string> lines) => to.Write(string.Concat(lines.Select(line => $"<p>{Text(line)}</p>\n")));
}
