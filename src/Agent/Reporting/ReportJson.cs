using System.Text.Json;
using Agent.Core.Attribution;
using Agent.Core.History;
using Agent.Export;

namespace Agent.Reporting;

/// <summary>A report for programs: base units, names that stay, null for what is not known.</summary>
internal static class ReportJson
{
    public static void Write(Stream to, ReportData data)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        var report = data.Report;
        json.WriteStartObject();
        json.WriteString("period", report.Period.Name);
        json.WriteString("from", report.Period.From);
        json.WriteString("to", report.Period.To);
        json.WriteString("time_zone", report.Period.Zone.Id);
        Spent(json, "total", report.Total);
        Spent(json, "before", data.Before.Total);
        Quality(json, report.Quality);
        json.WriteStartArray("models");
        foreach (var model in report.Models)
        {
            Model(json, model, data);
        }

        json.WriteEndArray();
        json.WriteStartArray("parts");
        foreach (var part in report.Parts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteNumber("generated_tokens", part.Generated);
            Spent(json, "spent", part.Spend);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cloud");
        foreach (var comparison in data.Cloud)
        {
            Cloud(json, comparison);
        }

        json.WriteEndArray();
        json.WriteStartArray("words");
        foreach (var line in ReportWords.Quality(data).Concat(ReportWords.Cloud(data)))
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Spent(Utf8JsonWriter json, string name, Spend spend)
    {
        json.WriteStartObject(name);
        json.WriteNumber("joules", spend.Sum.Energy.Value);
        json.WriteNumber("estimated_joules", spend.Sum.Estimated.Value);
        json.WriteNumber("co2_grams", spend.Sum.Emissions.Location);
        json.WriteNumber("co2_market_grams", spend.Sum.Emissions.Market);
        json.WriteStartObject("cost");
        foreach (var (currency, cost) in spend.Costs)
        {
            json.WriteNumber(currency, cost.Net);
        }

        json.WriteEndObject();
        json.WriteStartObject("joules_by_category");
        foreach (var (category, cell) in spend.Parts)
        {
            json.WriteNumber(Labels.Of(category), cell.Energy.Value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Quality(Utf8JsonWriter json, Quality quality)
    {
        json.WriteStartObject("quality");
        json.WriteNumber("watched_ratio", quality.Watched);
        json.WriteNumber("estimated_joules_ratio", quality.EstimatedJoules);
        json.WriteNumber("unexplained_joules_ratio", quality.UnexplainedJoules);
        json.WriteNumber("estimated_tokens_ratio", quality.EstimatedTokens);
        json.WriteNumber("live_grams_ratio", quality.LiveGrams);
        json.WriteEndObject();
    }

    private static void Model(Utf8JsonWriter json, ModelReport model, ReportData data)
    {
        json.WriteStartObject();
        json.WriteString("model", Figures.Name(model.Model));
        json.WriteNumber("prompt_tokens", model.Counts.Tokens.Prompt);
        json.WriteNumber("cached_prompt_tokens", model.Counts.Tokens.Cached);
        json.WriteNumber("generated_tokens", model.Counts.Tokens.Generated);
        json.WriteNumber("estimated_tokens", model.Counts.Estimated);
        json.WriteNumber("loads", model.Counts.Loads);
        json.WriteNumber("active_joules", model.ActiveJoules);
        json.WriteNumber("full_joules", model.FullJoules);
        Number(json, "active_joules_per_token", model.ActiveJoulesPerToken);
        Number(json, "full_joules_per_token", model.FullJoulesPerToken);
        Number(json, "full_joules_per_token_before", data.Earlier(model)?.FullJoulesPerToken);
        json.WriteNumber("full_co2_grams", model.Grams);
        json.WriteNumber("full_co2_market_grams", model.MarketGrams);
        Number(json, "co2_grams_per_million_generated_tokens", model.GramsPerMillionGenerated);
        Number(json, "co2_grams_per_million_processed_tokens", model.GramsPerMillionProcessed);
        json.WriteStartObject("full_cost");
        foreach (var currency in data.Currencies)
        {
            json.WriteNumber(currency, model.Cost(currency));
        }

        json.WriteEndObject();
        json.WriteStartObject("cost_per_million_generated_tokens");
        foreach (var currency in data.Currencies)
        {
            Number(json, currency, model.CostPerMillion(currency));
        }

        json.WriteEndObject();
        Spent(json, "own", model.Own);
        json.WriteNumber("idle_share_joules", model.IdleShare * model.Idle.Of(Category.Idle));
        json.WriteEndObject();
    }

    private static void Cloud(Utf8JsonWriter json, CloudComparison comparison)
    {
        json.WriteStartObject();
        json.WriteString("reference", comparison.Reference.Id);
        json.WriteString("name", comparison.Reference.Name);
        json.WriteString("kind", comparison.Reference.Kind);
        json.WriteString("valid_from", comparison.Reference.ValidFrom);
        json.WriteString("quality", comparison.Reference.Quality);
        json.WriteString("boundary", comparison.Reference.Boundary);
        json.WriteString("assumptions", comparison.Reference.Assumptions);
        json.WriteString("source", comparison.Reference.Source);
        json.WriteString("page", comparison.Reference.Page);
        json.WriteStartArray("models");
        foreach (var model in comparison.Models)
        {
            json.WriteStringValue(Figures.Name(model));
        }

        json.WriteEndArray();
        Amounts(json, "cloud_joules", comparison.Cloud);
        Amounts(json, "cloud_co2_grams", comparison.CloudGrams);
        json.WriteNumber("local_active_joules", comparison.ActiveJoules);
        json.WriteNumber("local_full_joules", comparison.FullJoules);
        json.WriteNumber("local_co2_grams", comparison.Grams);
        Number(json, "break_even_tokens_per_day", comparison.BreakEvenTokens);
        json.WriteEndObject();
    }

    private static void Amounts(Utf8JsonWriter json, string name, Estimate? amount)
    {
        if (amount is not var (low, central, high))
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("low", low);
        json.WriteNumber("central", central);
        json.WriteNumber("high", high);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
