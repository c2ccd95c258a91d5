using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Agent.Commands;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.History;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Reporting;

public sealed class ReportCommandTests : IDisposable
{
    private const double Kilowatthour = 3.6e6;

    private static readonly ModelKey Small = ModelKey.OfName("llama3.1:8b");
    private static readonly ModelKey Evil = ModelKey.OfName("=cmd,\"<script>alert(1)</script>\"");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-report-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_tells_what_a_model_cost_by_both_boundaries_and_where_the_joules_went()
    {
        Write();
        var (exit, text, _) = await ReportAsync("2026-11-23");

        Assert.Equal(0, exit);
        Assert.Contains("2.50 kWh", text, StringComparison.Ordinal);
        Assert.Contains("idle            1.00 kWh   40 %", text, StringComparison.Ordinal);
        Assert.Matches(@"llama3\.1:8b +2\.26 kWh +1.000.000 +3\.60 +8\.15 ", text); // 1 kWh; with loading, loaded idle and eight ninths of idle 2.26
        Assert.Contains("a million generated tokens: 906 g CO2, 0.68 EUR", text, StringComparison.Ordinal);
        Assert.Contains("The same tokens from Dense 8B", text, StringComparison.Ordinal);
        Assert.Contains("90.9 Wh", text, StringComparison.Ordinal); // a million at 0.32 J, and 180 000 prompt tokens at an eighth
    }

    [Fact]
    public async Task As_json_it_is_in_base_units_and_unknown_is_null()
    {
        Write();
        var (_, text, _) = await ReportAsync("2026-11", "--json");
        var report = JsonDocument.Parse(text).RootElement;
        var model = report.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("model").GetString() == Small.Value);
        var other = report.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("model").GetString() == Evil.Value);

        Assert.Equal(2.5 * Kilowatthour, report.GetProperty("total").GetProperty("joules").GetDouble(), 1e-3);
        Assert.Equal(1000, report.GetProperty("total").GetProperty("co2_grams").GetDouble(), 1e-6);
        Assert.Equal(0.75, report.GetProperty("total").GetProperty("cost").GetProperty("EUR").GetDouble(), 1e-9);
        Assert.Equal(3.6, model.GetProperty("active_joules_per_token").GetDouble(), 1e-9);
        Assert.Equal(8.15, model.GetProperty("full_joules_per_token").GetDouble(), 1e-9);
        Assert.Equal(8.15 / 3.6 * 400 / 1.18, model.GetProperty("co2_grams_per_million_processed_tokens").GetDouble(), 1e-6);
        Assert.Equal(JsonValueKind.Null, other.GetProperty("active_joules_per_token").ValueKind);
        Assert.Equal(0.25, report.GetProperty("quality").GetProperty("live_grams_ratio").GetDouble(), 1e-9);
        var same = report.GetProperty("cloud").EnumerateArray().Single(reference => reference.GetProperty("reference").GetString() == "ecologits-8b");
        Assert.Equal((1_000_000 + (180_000 / 8.0)) * 0.32, same.GetProperty("cloud_joules").GetProperty("central").GetDouble(), 1e-3);
        Assert.Equal(JsonValueKind.Null, same.GetProperty("break_even_tokens_per_day").ValueKind);
        var gpt = report.GetProperty("cloud").EnumerateArray().Single(reference => reference.GetProperty("reference").GetString() == "ecologits-gpt-4o");
        var there = gpt.GetProperty("cloud_joules").GetProperty("central").GetDouble();
        Assert.Equal( // two hours were watched, of a month that is not over
            (8.15 - 3.6) * 1e6 / (2 / 24.0) / ((there - 3.6e6) / 1e6), gpt.GetProperty("break_even_tokens_per_day").GetDouble(), 1e-3);
    }

    [Fact]
    public async Task The_hour_that_is_not_over_is_held_against_as_much_of_an_hour()
    {
        var midnight = _time.GetUtcNow().ToUnixTimeSeconds();
        HourCell Cell(double joules) => new(new Joules(joules), default, joules / 100, default, 0, default);
        Write(
            [.. new[] { (-24, 360e3), (-23, 360e3), (0, 360e3), (1, 60e3) }
                .Select(hour => new SavedHours.Cell(midnight + (hour.Item1 * 3600), Category.Idle, null, "", Cell(hour.Item2)))],
            []);
        _time.Advance(TimeSpan.FromMinutes(70));
        var (_, text, _) = await ReportAsync("today");

        Assert.Contains("117 Wh", text, StringComparison.Ordinal);
        Assert.Contains("±0 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_model_whose_work_was_not_seen_no_joules_per_token_are_told_and_no_cloud_is_beaten()
    {
        var noon = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        SavedHours.Cell Cell(Category category, double joules) => new(noon, category, Small, "EUR", new HourCell(new Joules(joules), default, 3600, new Emissions(joules / 9000, 0), 0, default));
        Write([Cell(Category.Unmetered, 300e3), Cell(Category.LoadedIdle, 1e3)], [new SavedHours.Counts(noon, Small, new HourTokens(new TokenCounts(0, 0, 100_000), 0, 0))]);
        var (_, text, _) = await ReportAsync("2026-11-23", "--json");
        var report = JsonDocument.Parse(text).RootElement;
        var model = report.GetProperty("models").EnumerateArray().Single();

        Assert.Equal(JsonValueKind.Null, model.GetProperty("active_joules_per_token").ValueKind);
        Assert.Equal(JsonValueKind.Null, model.GetProperty("full_joules_per_token").ValueKind);
        Assert.Equal(1e3 / 9000, model.GetProperty("full_co2_grams").GetDouble(), 1e-9); // of what is in its joules
        Assert.Empty(report.GetProperty("cloud").EnumerateArray());
    }

    [Fact]
    public async Task As_csv_it_adds_up_and_no_name_becomes_a_formula()
    {
        Write();
        var (_, text, _) = await ReportAsync("2026-11", "--csv");
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(2.375 * Kilowatthour, lines.Skip(1).Where(line => !line.Contains("script", StringComparison.Ordinal)).Sum(Joules), 1.0);
        Assert.Contains(lines, line => line.StartsWith("2026-11-23,\"'=cmd,\"\"<script>", StringComparison.Ordinal));
        Assert.Contains("2026-11-23,llama3.1:8b,tokens,,,,,,,,180000,20000,1000000,0,3", lines);
    }

    [Fact]
    public async Task Its_page_loads_and_runs_nothing_and_no_name_becomes_markup()
    {
        Write();
        var file = Path.Combine(_folder.FullName, "report.html");
        var (exit, text, _) = await ReportAsync("2026-11", "--html", file);
        var page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        Assert.Equal((0, $"{file} is written.\n"), (exit, text));
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<script|<link|<img|src=|href=|@import|url\(", page);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("2.50 kWh", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-22", 1, "history has nothing of 2026-11-22")]
    [InlineData("november", 2, "'november' is no period")]
    [InlineData("2026-11-23..2026-11-01", 2, "ends before it begins")]
    public async Task What_can_not_be_told_is_said(string period, int exit, string problem)
    {
        Write();
        var (code, _, error) = await ReportAsync(period);

        Assert.Equal(exit, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_for_a_folder_that_is_not_there_is_refused()
    {
        Write();
        var (exit, _, error) = await ReportAsync("2026-11", "--html", Path.Combine(_folder.FullName, "none", "report.html"));

        Assert.Equal(2, exit);
        Assert.Contains("there is no such folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_history_it_says_who_writes_it()
    {
        var (exit, _, error) = await ReportAsync("today");

        Assert.Equal(1, exit);
        Assert.Contains("joulet run writes it", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_history_is_no_crash()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "history.db"), new string('x', 9000), TestContext.Current.CancellationToken);
        var (exit, _, error) = await ReportAsync("today");

        Assert.Equal(1, exit);
        Assert.Contains("cannot be read", error, StringComparison.Ordinal);
    }

    /// <summary>The column joules.</summary>
    private static double Joules(string line) => double.TryParse(line.Split(',')[3], CultureInfo.InvariantCulture, out var joules) ? joules : 0;

    private async Task<(int Exit, string Output, string Error)> ReportAsync(string period, string form = "", string? file = null)
    {
        var config = new AgentConfig { TimeZone = "UTC" };
        config.Paths.State = _folder.FullName;
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var kind = form switch { "--json" => ReportForm.Json, "--csv" => ReportForm.Csv, "--html" => ReportForm.Html, _ => ReportForm.Text };
        var exit = await ReportCommand.RunAsync(config, new ReportOptions(period, kind, file), _time, output, error);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>Two and a half kilowatt hours of a day at 400 g and 0.30 EUR: most of it by one model, a ninth as much work by another.</summary>
    private void Write()
    {
        var noon = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        SavedHours.Cell Cell(long hour, Category category, ModelKey? model, double kilowatthours, double seconds = 0) => new(
            noon + (hour * 3600), category, model, "EUR",
            new HourCell(new Joules(kilowatthours * Kilowatthour), default, seconds, new Emissions(kilowatthours * 400, 0), hour == 0 ? kilowatthours * 400 : 0, new Cost(kilowatthours * 0.30, 0)));
        Write(
            [
                Cell(0, Category.Idle, null, 0.5, 3600), Cell(1, Category.Idle, null, 0.5, 3600),
                Cell(1, Category.Prompt, Small, 0.1), Cell(1, Category.Generation, Small, 0.8), Cell(2, Category.Generation, Small, 0.1),
                Cell(1, Category.Load, Small, 0.1), Cell(1, Category.LoadedIdle, Small, 0.275),
                Cell(0, Category.Embedding, Evil, 0.125),
            ],
            [
                new SavedHours.Counts(noon + 3600, Small, new HourTokens(new TokenCounts(180_000, 20_000, 1_000_000), 0, 3)),
                new SavedHours.Counts(noon, Evil, new HourTokens(new TokenCounts(500, 0, 0), 0, 0)),
            ]);
    }

    private void Write(ImmutableArray<SavedHours.Cell> cells, ImmutableArray<SavedHours.Counts> tokens)
    {
        var hours = HourBook.Restored(new SavedHours(cells, tokens, [], null, 0));
        using var file = new HistoryFile(HistorySchema.Open(Path.Combine(_folder.FullName, "history.db"), write: true).Connection!);
        file.Write(hours.Cells, hours.Tokens, _time.GetUtcNow().ToUnixTimeSeconds(), 1096);
    }
}
