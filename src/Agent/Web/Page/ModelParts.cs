using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Export;
using Agent.Reporting;

namespace Agent.Web.Page;

/// <summary>What each model did and cost.</summary>
internal static class ModelParts
{
    /// <summary>Rows; the rest is in the metrics.</summary>
    private const int MostRows = 50;

    /// <summary>Before the hour at least this many tokens: else there is nothing to hold it against.</summary>
    private const long FewestBefore = 300;

    private const double JoulesPerWattHour = 3600;

    public static string Table(Snapshot snapshot, RecentPast past)
    {
        var ledger = snapshot.Ledger;
        var models = ledger.Models.Where(pair => pair.Key.Named).OrderByDescending(pair => pair.Value.Tokens.Generated).ThenBy(pair => pair.Key.Value, StringComparer.Ordinal).ToArray();
        if (models.Length == 0)
        {
            return Html.Note("No model was seen yet. They appear once Ollama loads one.");
        }

        var (came, _) = past.Until(ledger);
        var all = Glance.Of(ledger);
        var idle = BaselineRow.Of(ledger).Where(row => row.Model is not null).ToLookup(row => row.Model!.Value, row => row.Level.Value);
        var rows = new StringBuilder();
        foreach (var (model, totals) in models.Take(MostRows))
        {
            rows.Append($"<tr><th scope=\"row\">{Html.Text(Figures.Name(model))}<small>{Html.Text(Quality(totals))}</small></th>")
                .Append($"<td>{Html.Data(totals.Tokens.Generated, Figures.Count(totals.Tokens.Generated))}</td>")
                .Append(Ratios(came, all, model))
                .Append($"<td>{(idle.Contains(model) ? Html.Watts(idle[model].Sum()) : "–")}</td></tr>");
        }

        return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"What each model did and cost\"><table><thead><tr><th scope=\"col\">Model</th><th scope=\"col\">Tokens written</th><th scope=\"col\">J/token active</th><th scope=\"col\">J/token full</th>"
            + $"<th scope=\"col\">Wh per 1,000 tokens<small>active, and against before</small></th><th scope=\"col\">Drawn for lying in memory</th></tr></thead><tbody>{rows}</tbody></table></div>"
            + (models.Length > MostRows ? Html.Note($"{models.Length - MostRows} more are in the metrics.") : "");
    }

    private static string Ratios(Glance came, Glance all, ModelKey model)
    {
        if (came.PerToken(model) is not var (active, full))
        {
            return "<td>–</td><td>–</td><td>–</td>";
        }

        var hour = active * 1000 / JoulesPerWattHour;
        return $"<td>{Html.Data(active, Figures.PerToken(active))}</td><td>{Html.Data(full, Figures.PerToken(full))}</td><td>{Html.Data(hour, Figures.Say($"{hour:0.00}"))}{Trend(active, all.Models[model] - came.Models[model])}</td>";
    }

    /// <summary>The last hour's figure against that of all the time before.</summary>
    private static string Trend(double active, ModelGlance before)
    {
        if (!before.Tells || before.Generated < FewestBefore)
        {
            return "";
        }

        var change = (active / (before.Active.Value / before.Generated)) - 1;
        var (sign, word) = change switch
        {
            > 0.05 => ("▲", "more than before"),
            < -0.05 => ("▼", "less than before"),
            _ => ("", "as before"),
        };
        return Math.Abs(change) <= 0.05 ? $"<small>{word}</small>" : Figures.Say($"<small><span aria-hidden=\"true\">{sign} </span>{Math.Abs(change) * 100:0} % {word}</small>");
    }

    private static string Quality(ModelTotals totals) => totals.Source switch
    {
        TokenSource.None => "its tokens are not seen",
        TokenSource.Slots => "tokens estimated from its slots",
        _ when totals.Estimated => "tokens partly estimated",
        _ => "tokens counted exactly",
    };
}
