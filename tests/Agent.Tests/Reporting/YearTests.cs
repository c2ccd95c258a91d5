using System.Globalization;
using Agent.Core.History;

namespace Agent.Tests.Reporting;

public sealed class YearTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_figure_of_a_year_is_what_was_drawn_and_done_in_each_of_its_days_months_and_hours()
    {
        using var year = new SimulatedYear();
        await year.RunAsync(new DateOnly(2026, 12, 31));
        output.WriteLine($"{new FileInfo(year.Folder.File).Length >> 10} KiB");

        string[] periods =
        [
            "2026", .. Enumerable.Range(1, 12).Select(month => string.Create(CultureInfo.InvariantCulture, $"2026-{month:00}")),
            "2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26", // the days around both changes of clocks
            "2026-01-31", "2026-02-01", "2026-02-28..2026-03-01", "2026-12-31", "2026-06-15..2026-06-16",
        ];
        foreach (var text in periods)
        {
            Check(year, text);
        }

        Assert.InRange(new FileInfo(year.Folder.File).Length, 1, 4 << 20);
    }

    private static void Check(SimulatedYear year, string text)
    {
        var period = Period.Parse(text, DateTimeOffset.UtcNow, SimulatedYear.Zone).Period!;
        var (hours, tokens, file) = year.Read(period);
        using var closing = file;
        var report = Report.Of(period, hours, tokens, period.To);

        // By the local date alone, which is what a person would go by.
        var drawn = year.Drawn.Where(step => IsIn(period, step.At)).ToArray();
        var joules = drawn.Sum(step => step.Joules);
        Assert.Equal(joules, report.Total.Sum.Energy.Value, joules * 1e-9);
        Assert.Equal(drawn.Sum(step => step.Joules / 3.6e6 * SimulatedYear.GramsAt(Hour(step.At))), report.Total.Sum.Emissions.Location, 1e-6);
        Assert.Equal(drawn.Sum(step => step.Joules / 3.6e6 * SimulatedYear.Tariff.At(step.At)!.Value), report.Total.Costs["EUR"].Net, 1e-9);
        var generated = year.Generated.Where(step => IsIn(period, step.At)).Sum(step => step.Tokens);
        Assert.Equal(generated, Assert.Single(report.Models).Counts.Tokens.Generated);
        Assert.Equal(joules, report.Parts.Sum(part => part.Spend.Sum.Energy.Value), joules * 1e-9);
        Assert.Equal(report.Models[0].FullJoules / generated, report.Models[0].FullJoulesPerToken!.Value, 1e-9);
        if (period.Kind == PeriodKind.Day)
        {
            Assert.All(report.Parts, part => Assert.Equal(
                drawn.Where(step => TimeZoneInfo.ConvertTime(step.At, SimulatedYear.Zone).ToString("HH':00'zzz", CultureInfo.InvariantCulture) == part.Name).Sum(step => step.Joules),
                part.Spend.Sum.Energy.Value,
                1e-6));
        }
    }

    private static bool IsIn(Period period, DateTimeOffset time)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, SimulatedYear.Zone).DateTime);
        return day >= period.First && day <= period.Last;
    }

    private static DateTimeOffset Hour(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / 3600 * 3600);
}
