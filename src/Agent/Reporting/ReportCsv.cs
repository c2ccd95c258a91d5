using System.Globalization;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.History;
using Agent.Export;

namespace Agent.Reporting;

/// <summary>A report for spreadsheets: a row for each part of the period, model, category and currency; and one for each model's tokens there.</summary>
internal static class ReportCsv
{
    public static void Write(TextWriter to, Period period, IEnumerable<HourRow> hours, IEnumerable<TokenRow> tokens)
    {
        to.WriteLine("period,model,category,joules,estimated_joules,seconds,co2_grams,co2_market_grams,cost,currency,prompt_tokens,cached_prompt_tokens,generated_tokens,estimated_tokens,loads");
        foreach (var group in hours.GroupBy(row => (Part: period.PartOf(row.Key.Start), row.Key.Account, row.Key.Currency)))
        {
            var (part, account, currency) = group.Key;
            var cell = group.Aggregate(default(HourCell), (sum, row) => sum + row.Cell);
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{part},{Text(account)},{Labels.Of(account.Category)},{cell.Energy.Value},{cell.Estimated.Value},{cell.Seconds},{cell.Emissions.Location},{cell.Emissions.Market},{Money(currency, cell.Cost)},{currency},,,,,"));
        }

        foreach (var group in tokens.GroupBy(row => (Part: period.PartOf(row.Start), row.Model)))
        {
            var counts = group.Aggregate(default(HourTokens), (sum, row) => sum + row.Counts);
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{group.Key.Part},{Quoted(Figures.Name(group.Key.Model))},tokens,,,,,,,,{counts.Tokens.Prompt},{counts.Tokens.Cached},{counts.Tokens.Generated},{counts.Estimated},{counts.Loads}"));
        }
    }

    private static string Text(Account account) => account.Model is { } model ? Quoted(Figures.Name(model)) : "";

    private static string Money(string currency, Cost cost) => currency.Length == 0 ? "" : cost.Net.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name that a spreadsheet would take for a formula is one no more.</summary>
    private static string Quoted(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(',', '"') ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
