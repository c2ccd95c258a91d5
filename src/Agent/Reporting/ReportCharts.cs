using Agent.Core.History;
using static Agent.Reporting.Figures;
using static Agent.Reporting.ReportHtml;

namespace Agent.Reporting;

/// <summary>A report's charts: drawn as SVG, and each told in words or figures, too.</summary>
internal static class ReportCharts
{
    private const double Width = 960, Height = 220, Bottom = 24, Left = 64;

    /// <summary>A bar for each category.</summary>
    public static void Categories(TextWriter to, Spend total)
    {
        to.Write("<div class=\"bars\">\n");
        foreach (var (category, cell) in total.Parts.Where(part => part.Value.Energy.Value > 0).OrderByDescending(part => part.Value.Energy.Value))
        {
            var share = cell.Energy.Value / total.Sum.Energy.Value;
            to.Write(Say($"<span title=\"{Text(Meaning(category))}\">{Text(Of(category))}</span><span>{Energy(cell.Energy.Value)}, {Text(Percent(share))}</span><b style=\"width:{share * 100:0.##}%;background:{ReportStyle.Colour(category)}\"></b>\n"));
        }

        to.Write("</div>\n");
    }

    /// <summary>A column for each part of the period, its categories on top of each other.</summary>
    public static void Parts(TextWriter to, Report report)
    {
        var most = report.Parts.Max(part => part.Spend.Sum.Energy.Value);
        var step = (Width - Left) / report.Parts.Length;
        to.Write(Say($"<div class=\"wide\"><svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"Energy over the period; the most in a part is {Energy(most)}\">\n"));
        foreach (var share in new[] { 0, 0.5, 1 })
        {
            var y = Y(share);
            to.Write(Say($"<line x1=\"{Left}\" x2=\"{Width}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/><text class=\"soft\" x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Energy(most * share)}</text>\n"));
        }

        for (var i = 0; i < report.Parts.Length; i++)
        {
            var part = report.Parts[i];
            var (x, under) = (Left + (i * step), 0.0);
            to.Write($"<g><title>{Text($"{part.Name}: {Energy(part.Spend.Sum.Energy.Value)}, {Count(part.Generated)} tokens")}</title>");
            foreach (var (category, cell) in part.Spend.Parts.Where(one => one.Value.Energy.Value > 0))
            {
                var share = cell.Energy.Value / most;
                to.Write(Say($"<rect x=\"{x + (step * 0.1):0.##}\" width=\"{step * 0.8:0.##}\" y=\"{Y(under + share):0.##}\" height=\"{Y(under) - Y(under + share):0.##}\" style=\"fill:{ReportStyle.Colour(category)}\"/>"));
                under += share;
            }

            to.Write("</g>\n");
            if (i % Math.Max(1, (int)Math.Ceiling(report.Parts.Length / 8.0)) == 0)
            {
                to.Write(Say($"<text class=\"soft\" x=\"{x + (step / 2):0.#}\" y=\"{Height - 6}\" text-anchor=\"middle\">{Text(Short(part.Name))}</text>\n"));
            }
        }

        to.Write("</svg></div>\n<ul class=\"key\">");
        foreach (var category in report.Total.Parts.Where(part => part.Value.Energy.Value > 0).Select(part => part.Key))
        {
            to.Write($"<li><i style=\"background:{ReportStyle.Colour(category)}\"></i>{Text(Of(category))}</li>");
        }

        to.Write("</ul>\n");
    }

    /// <summary>What the same tokens take here and in clouds: bars from the low figure to the high one, a mark at the central one.</summary>
    public static void Cloud(TextWriter to, ReportData data)
    {
        var all = data.Cloud.Where(comparison => comparison.Cloud is not null).ToArray();
        if (all.Length == 0)
        {
            return;
        }

        const double Row = 26, Names = 300;
        var most = all.Max(comparison => Math.Max(comparison.Cloud!.Value.High, comparison.FullJoules));
        double X(double joules) => Names + ((Width - Names - 20) * joules / most);
        to.Write(Say($"<div class=\"wide\"><svg class=\"chart\" viewBox=\"0 0 {Width} {(all.Length * Row) + 24:0}\" role=\"img\" aria-label=\"Energy of the same tokens in clouds, and here; the figures are in the words below\">\n"));
        for (var i = 0; i < all.Length; i++)
        {
            var (comparison, y) = (all[i], 4 + (i * Row));
            var (low, central, high) = comparison.Cloud!.Value;
            to.Write(Say($"<text x=\"0\" y=\"{y + 14:0}\">{Text(Cut(comparison.Reference.Name))}</text>"));
            to.Write(Say($"<rect x=\"{X(low):0.#}\" width=\"{Math.Max(2, X(high) - X(low)):0.#}\" y=\"{y + 5:0}\" height=\"10\" rx=\"2\" style=\"fill:var(--embedding);opacity:.55\"/><rect x=\"{X(central) - 1.5:0.#}\" width=\"3\" y=\"{y + 2:0}\" height=\"16\" style=\"fill:var(--embedding)\"/>"));
            to.Write(Say($"<rect x=\"{X(comparison.ActiveJoules) - 1.5:0.#}\" width=\"3\" y=\"{y:0}\" height=\"20\" style=\"fill:var(--generation)\"/><rect x=\"{X(comparison.FullJoules) - 1.5:0.#}\" width=\"3\" y=\"{y:0}\" height=\"20\" style=\"fill:var(--load)\"/>\n"));
        }

        to.Write(Say($"<text class=\"soft\" x=\"{Names}\" y=\"{(all.Length * Row) + 18:0}\">0</text><text class=\"soft\" x=\"{Width - 20}\" y=\"{(all.Length * Row) + 18:0}\" text-anchor=\"end\">{Energy(most)}</text></svg></div>\n"));
        to.Write("<ul class=\"key\"><li><i style=\"background:var(--embedding)\"></i>in the cloud, low to high</li><li><i style=\"background:var(--generation)\"></i>here, without loading and idle</li><li><i style=\"background:var(--load)\"></i>here, with both</li></ul>\n");
    }

    private static double Y(double share) => 8 + ((Height - Bottom - 8) * (1 - share));

    /// <summary>Of a day its day of the month, of an hour its hour.</summary>
    private static string Short(string name) => name.Length == 10 ? name[5..] : name.Length > 10 ? name[..5] : name;

    private static string Cut(string name) => name.Length <= 44 ? name : $"{name[..43]}…";
}
