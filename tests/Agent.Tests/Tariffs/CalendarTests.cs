using System.Globalization;
using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Tariffs;
using Microsoft.Extensions.Time.Testing;
using Calendar = Agent.Tariffs.Calendar;

namespace Agent.Tests.Tariffs;

public sealed class CalendarTests
{
    private readonly FakeTimeProvider _time = new(Time("2026-10-24T20:59:30Z"));
    private readonly Channel<LedgerEvent> _events = Channel.CreateUnbounded<LedgerEvent>();

    [Fact]
    public async Task Hours_and_prices_are_told_when_they_begin_also_on_the_night_that_clocks_are_set_back()
    {
        using var calendar = Calendar("00:00-06:00 0.10");
        await StepAsync(calendar, hours: 0);
        var first = Told();
        Assert.Equal([Seconds("2026-10-24T20:00Z")], first.OfType<LedgerEvent.HourBegan>().Select(hour => hour.Start));
        Assert.Equal([0.30], first.OfType<LedgerEvent.PriceTold>().Select(price => price.Price.PerKilowattHour));

        await StepAsync(calendar, hours: 10);
        var night = Told();
        Assert.Equal(
            Enumerable.Range(0, 10).Select(hour => Seconds("2026-10-24T21:00Z") + (hour * 3600L)),
            night.OfType<LedgerEvent.HourBegan>().Select(hour => hour.Start));
        Assert.Equal( // from midnight to six are seven hours
            [(Seconds("2026-10-24T22:00Z"), 0.10), (Seconds("2026-10-25T05:00Z"), 0.30)],
            night.OfType<LedgerEvent.PriceTold>().Select(price => ((long)(price.At.SinceOrigin.TotalSeconds + Time("2026-10-24T20:59:30Z").ToUnixTimeSeconds()), price.Price.PerKilowattHour)));
    }

    [Fact]
    public async Task What_held_while_the_agent_was_down_is_told_with_its_times()
    {
        using var calendar = Calendar("00:00-06:00 0.10", since: Time("2026-10-24T17:30Z"));
        await StepAsync(calendar, hours: 0);

        var hours = Told().OfType<LedgerEvent.HourBegan>().ToArray();
        Assert.Equal(4, hours.Length);
        Assert.Equal(TimeSpan.FromHours(-2.0) - TimeSpan.FromSeconds(3570), hours[1].At.SinceOrigin); // 18:00
    }

    [Fact]
    public async Task Hours_are_those_of_local_clocks_where_they_are_half_an_hour_off()
    {
        using var calendar = new Calendar(null, "", TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), keepsHours: true, null, new MonotonicClock(_time), _events.Writer);
        await StepAsync(calendar, hours: 0);

        Assert.Equal(Seconds("2026-10-24T20:30Z"), Assert.Single(Told().OfType<LedgerEvent.HourBegan>()).Start);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_an_hour_tells_it_again_and_none_is_told_of_before_what_was()
    {
        using var calendar = Calendar("00:00-06:00 0.10");
        await StepAsync(calendar, hours: 3);
        var before = Told()[^1].At;
        _time.AdjustTime(_time.GetUtcNow().AddHours(-2));
        await calendar.StepAsync(TestContext.Current.CancellationToken);

        var again = Assert.Single(Told().OfType<LedgerEvent.HourBegan>());
        Assert.Equal(Seconds("2026-10-24T21:00Z"), again.Start);
        Assert.True(again.At >= before);
    }

    [Fact]
    public async Task Where_nobody_writes_hours_down_none_are_told()
    {
        using var calendar = new Calendar(null, "", TimeZoneInfo.Utc, keepsHours: false, null, new MonotonicClock(_time), _events.Writer);
        await StepAsync(calendar, hours: 3);

        Assert.Equal([Price.None], Told().Select(told => Assert.IsType<LedgerEvent.PriceTold>(told).Price)); // whatever an earlier run was told
    }

    [Fact]
    public async Task Where_no_price_holds_the_last_one_does_not_go_on()
    {
        var prices = new ConfiguredPrice(new Tariff([TariffRule.Parse("07:00-21:00 0.32").Rule!], null, TimeZoneInfo.Utc), "EUR");
        using var calendar = new Calendar(prices, "EUR", TimeZoneInfo.Utc, keepsHours: true, null, new MonotonicClock(_time), _events.Writer);
        await StepAsync(calendar, hours: 11);

        Assert.Equal([new Price(0.32, "EUR"), Price.None, new Price(0.32, "EUR")], Told().OfType<LedgerEvent.PriceTold>().Select(told => told.Price));
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_by_years_is_not_told_minute_by_minute()
    {
        using var calendar = Calendar("00:00-06:00 0.10");
        await StepAsync(calendar, hours: 1);
        _ = Told();
        _time.AdjustTime(_time.GetUtcNow().AddYears(50));
        await calendar.StepAsync(TestContext.Current.CancellationToken);

        Assert.InRange(Told().Count, 700, 31 * 24 * 2);
    }

    [Fact]
    public void A_file_of_prices_is_read_again_when_it_was_written_and_stands_while_it_is_wrong()
    {
        var path = Path.GetTempFileName();
        var warned = new List<string>();
        var source = new FilePrice(path, 0.30, "EUR", warned.Add);
        File.WriteAllText(path, "from,price\n2026-10-24T20:00Z,0.21\n2026-10-24T21:00Z,-0.02\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal([0.30, 0.21, -0.02, 0.30], new[] { "2026-10-24T19:59Z", "2026-10-24T20:30Z", "2026-10-24T21:59Z", "2026-10-24T22:00Z" }.Select(time => source.At(Time(time))));

        File.WriteAllText(path, "2026-10-24T20:00Z,cheap\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(0.21, source.At(Time("2026-10-24T20:30Z")));
        Assert.Equal(0.21, source.At(Time("2026-10-24T20:31Z")));
        Assert.Contains("line 1 is no time and value", Assert.Single(warned), StringComparison.Ordinal);
        Assert.Equal(Verdict.Warning, source.Check(Time("2026-10-24T20:30Z")).Verdict);
        File.Delete(path);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static long Seconds(string text) => Time(text).ToUnixTimeSeconds();

    private Calendar Calendar(string rule, DateTimeOffset? since = null)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var prices = new ConfiguredPrice(new Tariff([TariffRule.Parse(rule).Rule!], 0.30, zone), "EUR");
        return new Calendar(prices, "EUR", zone, keepsHours: true, since, new MonotonicClock(_time), _events.Writer);
    }

    private async Task StepAsync(Calendar calendar, double hours)
    {
        var stop = TestContext.Current.CancellationToken;
        await calendar.StepAsync(stop);
        for (var i = 0; i < hours * 720; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await calendar.StepAsync(stop);
        }
    }

    private List<LedgerEvent> Told()
    {
        var told = new List<LedgerEvent>();
        while (_events.Reader.TryRead(out var entry))
        {
            told.Add(entry);
        }

        Assert.All(told.Zip(told.Skip(1)), pair => Assert.True(pair.First.At <= pair.Second.At));
        return told;
    }
}
