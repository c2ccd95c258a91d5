using System.Globalization;
using Agent.Core.Carbon;

namespace Agent.Core.Tests.Carbon;

public sealed class TariffTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-23T06:59Z", 0.32)] // Monday 07:59 in Berlin
    [InlineData("2026-11-23T20:59Z", 0.32)]
    [InlineData("2026-11-23T21:00Z", 0.21)] // 22:00
    [InlineData("2026-11-23T05:59Z", 0.21)]
    [InlineData("2026-11-22T12:00Z", 0.21)] // Sunday
    [InlineData("2026-07-20T12:00Z", 0.18)] // a summer's noon
    public void The_first_rule_that_holds_by_local_clocks_is_the_price(string time, double price)
    {
        var tariff = Of("jun-aug 11:00-16:00 0.18", "mon-fri 07:00-22:00 0.32");

        Assert.Equal(price, tariff.At(Time(time)));
    }

    [Fact]
    public void Rules_follow_daylight_saving_time_and_cover_each_hour_of_the_days_it_changes()
    {
        var tariff = Of("00:00-06:00 0.10");
        var spring = Enumerable.Range(0, 23).Count(hour => tariff.At(Time("2026-03-28T23:00Z").AddHours(hour)) == 0.10);
        var autumn = Enumerable.Range(0, 25).Count(hour => tariff.At(Time("2026-10-24T22:00Z").AddHours(hour)) == 0.10);

        Assert.Equal((5, 7), (spring, autumn));
    }

    [Theory]
    [InlineData("2026-11-27T23:30", true)] // Friday's night
    [InlineData("2026-11-28T05:30", true)]
    [InlineData("2026-11-28T23:30", false)]
    [InlineData("2026-11-27T05:30", false)] // Thursday's
    public void A_night_belongs_to_the_day_on_which_it_begins(string local, bool holds) =>
        Assert.Equal(holds, TariffRule.Parse("fri 22:00-06:00 0.1").Rule!.Holds(DateTime.Parse(local, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("nov-mar sat-mon 24:00-1:00 1")]
    [InlineData("mon-fri tue 1")]
    [InlineData("7-22 1")]
    [InlineData("07:00-22:00")]
    [InlineData("mon-fri cheap")]
    [InlineData("maybe 1")]
    [InlineData("")]
    public void What_is_no_rule_is_told(string text) => Assert.NotNull(TariffRule.Parse(text).Problem);

    [Fact]
    public void A_price_below_zero_is_one_and_without_rule_and_usual_price_there_is_none()
    {
        var tariff = new Tariff([TariffRule.Parse("12:00-13:00 -0.02").Rule!], null, TimeZoneInfo.Utc);

        Assert.Equal((-0.02, null), (tariff.At(Time("2026-11-23T12:30Z")), tariff.At(Time("2026-11-23T13:00Z"))));
    }

    private static Tariff Of(params string[] rules) => new([.. rules.Select(rule => TariffRule.Parse(rule).Rule!)], 0.21, Berlin);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
