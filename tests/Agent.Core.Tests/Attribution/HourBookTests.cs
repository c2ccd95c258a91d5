using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Metering;

namespace Agent.Core.Tests.Attribution;

public sealed class HourBookTests
{
    private const long Noon = 1_800_000_000 / 3600 * 3600;

    private static readonly Device Cpu0 = Host.Package(0);

    [Fact]
    public void Joules_grams_cost_and_watched_time_belong_to_the_hour_in_which_they_were_drawn()
    {
        var host = Watched();
        host.Pass(1800, new() { [Cpu0] = 100 });
        Begin(host, Noon + 3600, offset: Host.Tick / 2); // in the middle of a round
        host.Pass(3600, new() { [Cpu0] = 100 });

        var hours = host.Ledger.Hours;
        Assert.Equal([Noon, Noon + 3600], hours.Starts);
        var (first, second) = (Idle(hours, Noon), Idle(hours, Noon + 3600));
        Assert.Equal(100 * (1800 + (Host.Tick / 2)), first.Energy.Value, 1e-6);
        Assert.Equal(first.Energy.Value / 3.6e6 * 400, first.Emissions.Location, 1e-9);
        Assert.Equal(first.Energy.Value / 3.6e6 * 0.25, first.Cost.Paid, 1e-9);
        Assert.Equal(1800 + (Host.Tick / 2), first.Seconds, 1e-6);
        Assert.Equal(3600 - (Host.Tick / 2), second.Seconds, 1e-6);
        Assert.Equal(first.Emissions.Location, first.LiveGrams);
    }

    [Fact]
    public void Hours_and_totals_tell_the_same_sum()
    {
        var host = Watched();
        FootprintTests.Generate(host, seconds: 60);
        Begin(host, Noon + 3600);
        FootprintTests.Generate(host, seconds: 60);

        var cells = host.Ledger.Hours.Cells;
        Assert.Equal(host.Ledger.Devices.Values.Sum(device => device.Accounts.Values.Sum(joules => joules.Value)), cells.Values.Sum(cell => cell.Energy.Value), 1e-6);
        Assert.Equal(host.Ledger.Models.Values.Sum(model => model.Tokens.Generated), host.Ledger.Hours.Tokens.Values.Sum(counts => counts.Tokens.Generated));
        Assert.Equal(
            host.Ledger.Models.Values.Sum(model => model.Busy.Generation),
            cells.Where(pair => pair.Key.Account.Category == Category.Generation).Sum(pair => pair.Value.Seconds),
            1e-6);
    }

    [Fact]
    public void What_history_has_is_let_go_and_what_comes_late_for_it_is_counted_in_the_next_hour()
    {
        var host = Watched();
        host.Pass(60, new() { [Cpu0] = 100 });
        Begin(host, Noon + 3600);
        host.Apply(new LedgerEvent.HistoryKept(host.At(), Noon + 3600));
        Assert.Equal([Noon + 3600], host.Pass(Host.Tick, []).Ledger.Hours.Starts);

        host.Pass(Host.Tick, new() { [Cpu0] = 100 });
        Assert.Equal([Noon + 3600], host.Ledger.Hours.Starts);
    }

    [Fact]
    public void Where_history_can_not_be_written_a_month_is_kept_and_what_is_lost_beyond_is_counted()
    {
        var host = Watched();
        for (var hour = 1; hour <= 24 * 33; hour++)
        {
            host.Pass(Host.Tick, new() { [Cpu0] = 100 });
            Begin(host, Noon + (hour * 3600L));
        }

        Assert.InRange(host.Ledger.Hours.Starts.Count(), 24 * 31, (24 * 31) + 1);
        Assert.InRange(host.Ledger.Hours.Lost, 40, 48);
    }

    [Fact]
    public void They_outlive_the_agent_and_what_was_drawn_meanwhile_is_spread_over_the_hours_it_was_down()
    {
        var host = Watched();
        host.Pass(600, new() { [Cpu0] = 100 });
        host.Down(6600, new() { [Cpu0] = 100 });
        host.Apply(new LedgerEvent.HourBegan(host.At(-3600), Noon + 3600));
        host.Apply(new LedgerEvent.HourBegan(host.At(), Noon + 7200));
        host.Pass(Host.Tick, new() { [Cpu0] = 100 });

        var hours = host.Ledger.Hours;
        Assert.Equal(100 * 3600, hours.Cells.Where(pair => pair.Key.Start == Noon).Sum(pair => pair.Value.Energy.Value), 100.0);
        Assert.Equal(100 * 3600, hours.Cells.Where(pair => pair.Key.Start == Noon + 3600).Sum(pair => pair.Value.Energy.Value), 100.0);
    }

    [Fact]
    public void Before_any_hour_is_told_none_is_kept() => Assert.Empty(new Host().Pass(10, new() { [Cpu0] = 100 }).Ledger.Hours.Starts);

    private static HourCell Idle(HourBook hours, long start) => hours.Cells
        .Where(pair => pair.Key.Start == start && pair.Key.Account == new Account(Category.Idle))
        .Aggregate(default(HourCell), (sum, pair) => sum + pair.Value);

    private static void Begin(Host host, long start, double offset = 0) => host.Apply(new LedgerEvent.HourBegan(host.At(offset), start));

    private static Host Watched()
    {
        var host = new Host();
        Begin(host, Noon);
        host.Apply(new LedgerEvent.IntensityTold(host.At(), new CarbonIntensity(400, "test", "XX", IntensityTier.Live)));
        host.Apply(new LedgerEvent.PriceTold(host.At(), new Price(0.25, "EUR")));
        return host.Pass(Host.Tick, new() { [Cpu0] = 0 });
    }
}
