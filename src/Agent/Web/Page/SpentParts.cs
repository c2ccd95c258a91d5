using System.Text;
using Agent.Core.Carbon;
using Agent.Core.Reports;
using Agent.Export;
using Agent.Reporting;

namespace Agent.Web.Page;

/// <summary>What the last hour's energy was spent on, and what it emitted and cost.</summary>
internal static class SpentParts
{
    /// <summary>Of 60 minutes one may be a step short.</summary>
    public static string Of(TimeSpan time) => time > RecentPast.Length - (2 * RecentPast.Step) ? "hour"
        : time.TotalMinutes >= 2 ? Figures.Say($"{time.TotalMinutes:0} minutes")
        : Figures.Say($"{time.TotalSeconds:0} seconds");

    public static string Hour(Snapshot snapshot, RecentPast past)
    {
        var (came, time) = past.Until(snapshot.Ledger);
        var all = came.Energy.Value;
        if (all <= 0)
        {
            return Html.Note("Nothing was booked yet.");
        }

        var parts = came.Spent.Where(part => part.Value.Value > 0).OrderByDescending(part => part.Value.Value).ToArray();
        var (bar, rows, from) = (new StringBuilder(), new StringBuilder(), 0.0);
        foreach (var (category, joules) in parts)
        {
            var share = joules.Value / all;
            var name = Labels.Of(category);
            bar.Append(Figures.Say($"<rect class=\"c-{name}\" x=\"{from * 1000:0.##}\" width=\"{share * 1000:0.##}\" height=\"24\"/>"));
            rows.Append($"<tr><th scope=\"row\"><svg class=\"key\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"c-{name}\" width=\"10\" height=\"10\" rx=\"2\"/></svg>{Html.Text(Figures.Of(category))}<small>{Html.Text(Figures.Meaning(category))}</small></th><td>{Html.Data(joules.Value, Figures.Energy(joules.Value))}</td><td>{Html.Text(Figures.Percent(share))}</td></tr>");
            from += share;
        }

        return $"<svg class=\"bar\" viewBox=\"0 0 1000 24\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"The same as a bar; the figures are in the table\">{bar}</svg>"
            + $"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Energy by what it was spent on\"><table><thead><tr><th scope=\"col\">Last {Of(time)}</th><th scope=\"col\">Energy</th><th scope=\"col\">Share</th></tr></thead><tbody>{rows}</tbody></table></div>";
    }

    public static string Footprint(Snapshot snapshot, RecentPast past)
    {
        var book = snapshot.Ledger.Footprint;
        if (book.Intensity is not { } intensity)
        {
            return Html.Note("Not known.");
        }

        var (came, time) = past.Until(snapshot.Ledger);
        var text = new StringBuilder("<dl class=\"totals\">");
        Tile($"CO2, last {Of(time)}", Html.Data(came.Grams, Figures.Grams(came.Grams)), "");
        var total = book.Emissions.Values.Sum(emissions => emissions.Location);
        Tile("CO2 since counting began", Html.Data(total, Figures.Grams(total)), "");
        Tile("A kilowatt hour emits", Html.Data(intensity.GramsPerKilowattHour, Figures.Say($"{intensity.GramsPerKilowattHour:0} g")), $"{Source(intensity)}");
        foreach (var (currency, cost) in came.Costs)
        {
            Tile($"Cost, last {Of(time)}", Html.Data(cost, Figures.Money(cost, currency)), book.Price is { } price ? Figures.Say($"{price.PerKilowattHour:0.####} {price.Currency} a kWh now") : "");
        }

        text.Append("</dl>");
        if (intensity is { Provider: "static", Zone: "ZZ" })
        {
            text.Append("<p class=\"soft\">That is the world's average: set carbon.zone to where this machine stands.</p>");
        }

        return text.ToString();

        void Tile(string name, string figure, string note) =>
            text.Append($"<div><dt>{Html.Text(name)}</dt><dd>{figure}</dd>{(note.Length > 0 ? $"<dd class=\"soft\">{Html.Text(note)}</dd>" : "")}</div>");
    }

    private static string Source(CarbonIntensity intensity) => intensity.Tier switch
    {
        IntensityTier.Fixed => "as configured",
        IntensityTier.Static => $"a year's average of {(intensity.Zone == "ZZ" ? "the world" : intensity.Zone)}",
        _ => $"{intensity.Zone}, {Labels.Of(intensity.Tier)} from {intensity.Provider}",
    };
}
