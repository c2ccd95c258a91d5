using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Metering;
using Agent.Core.Ollama;

namespace Agent.Core.Tests.Attribution;

public sealed class FootprintTests
{
    private const double Kilowatt = 1000;

    private static readonly Device Cpu0 = Host.Package(0);
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");

    [Fact]
    public void Joules_are_reckoned_by_the_intensity_and_price_that_held_when_they_were_drawn()
    {
        var host = new Host();
        Grid(host, 400);
        Pays(host, 0.30);
        host.Pass(1800, new() { [Cpu0] = Kilowatt });
        Grid(host, 100);
        Pays(host, 0.10);
        host.Pass(1800, new() { [Cpu0] = Kilowatt });

        // Half a kilowatt hour at each, but for the first reading, which has no span before it.
        Assert.Equal((0.5 * 400) + (0.5 * 100), Grams(host), 0.05);
        Assert.Equal((0.5 * 0.30) + (0.5 * 0.10), host.Ledger.Footprint.Costs.Values.Sum(cost => cost.Net), 1e-4);
    }

    [Fact]
    public void What_was_drawn_while_the_agent_was_down_is_reckoned_by_what_held_then()
    {
        var host = new Host();
        Grid(host, 400);
        host.Pass(60, new() { [Cpu0] = Kilowatt });
        host.Down(3600, new() { [Cpu0] = Kilowatt });
        Grid(host, 100); // told by the next run
        host.Pass(Host.Tick, new() { [Cpu0] = Kilowatt });

        Assert.Equal(400 * 3660 / 3600.0, Grams(host), 0.5);
    }

    [Fact]
    public void The_sum_over_accounts_is_what_all_booked_joules_emit_and_models_have_their_part()
    {
        var host = new Host();
        Grid(host, 500);
        Generate(host, seconds: 60);

        var booked = host.Ledger.Devices.Values.Sum(device => device.Accounts.Values.Sum(joules => joules.Value));
        Assert.Equal(booked / 3.6e6 * 500, Grams(host), 1e-9);
        var model = host.Ledger.Footprint.Emissions.Where(pair => pair.Key.Account.Model?.Value == "a").Sum(pair => pair.Value.Location);
        Assert.Equal(host.Ledger.Devices.Values.Sum(device => device.Accounts.Where(pair => pair.Key.Model?.Value == "a").Sum(pair => pair.Value.Value)) / 3.6e6 * 500, model, 1e-9);
        Assert.True(model > 0);
    }

    [Fact]
    public void A_negative_price_earns_and_no_counter_falls()
    {
        var host = new Host();
        Pays(host, 0.20);
        host.Pass(1800, new() { [Cpu0] = Kilowatt });
        Pays(host, -0.05);
        host.Pass(1800, new() { [Cpu0] = Kilowatt });

        var cost = Assert.Single(host.Ledger.Footprint.Costs).Value;
        Assert.Equal((0.10, 0.025), (Math.Round(cost.Paid, 4), Math.Round(cost.Earned, 4)));
    }

    [Fact]
    public void A_renewable_contract_changes_the_market_figure_alone_and_the_residual_mix_makes_it_dirtier()
    {
        var rules = FootprintRules.Usual with { RenewableShare = 0.45, ResidualGramsPerKilowattHour = 600 };

        Assert.Equal((484, 0.55 * 600), (rules.Of(3.6e6, 484).Location, rules.Of(3.6e6, 484).Market));
        Assert.Equal(0.55 * 484, (rules with { ResidualGramsPerKilowattHour = null }).Of(3.6e6, 484).Market, 1e-9);
        Assert.Equal(0, FootprintRules.Usual.Of(3.6e6, 484).Market);
    }

    [Fact]
    public void The_buildings_overhead_is_emitted_and_paid_and_is_no_joule_of_the_machine()
    {
        var host = new Host(Ledger.Empty with { Footprint = FootprintBook.Empty with { Rules = FootprintRules.Usual with { Pue = 1.5 } } });
        Grid(host, 400);
        Pays(host, 0.30);
        host.Pass(3600, new() { [Cpu0] = Kilowatt });

        Assert.Equal(600, Grams(host), 0.1);
        Assert.Equal(0.45, host.Ledger.Footprint.Costs.Values.Sum(cost => cost.Paid), 1e-3);
        Assert.Equal(3.6e6, host.Ledger.Devices[Cpu0.Id].Measured.Value, 500.0);
    }

    [Fact]
    public void Embodied_carbon_goes_by_the_clock_and_is_no_part_of_the_rest()
    {
        var host = new Host(Ledger.Empty with { Footprint = FootprintBook.Empty with { Rules = FootprintRules.Usual with { EmbodiedGramsPerSecond = 0.01 } } });
        Grid(host, 400);
        host.Pass(100, new() { [Cpu0] = 0 });

        Assert.Equal(1, host.Ledger.Footprint.EmbodiedGrams, 0.01);
        Assert.Equal(0, Grams(host));
    }

    [Fact]
    public void It_outlives_the_agent_and_the_models_change_of_name()
    {
        var host = new Host();
        Grid(host, 500);
        Pays(host, 0.3);
        Generate(host, seconds: 30);
        var (grams, cost) = (Grams(host), host.Ledger.Footprint.Costs.Values.Sum(item => item.Paid));
        host.Down(0, []);
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-a", "b", new ModelDetails(null, null, null)));

        Assert.Equal((grams, cost), (Grams(host), host.Ledger.Footprint.Costs.Values.Sum(item => item.Paid)));
        Assert.Equal(500, host.Ledger.Footprint.Intensity!.GramsPerKilowattHour);
    }

    internal static void Generate(Host host, double seconds)
    {
        host.Pass(30, new() { [Gpu0] = 20 });
        var id = host.Start(7, "a", "GPU-0");
        host.Pass(30, new() { [Gpu0] = 20 }, runners: h => h.Serving(id, h.Counters));
        host.Pass(seconds, new() { [Gpu0] = 220 }, runners: h =>
        {
            h.Counters = h.Counters with { GeneratedTokens = h.Counters.GeneratedTokens + 10, GenerationSeconds = h.Counters.GenerationSeconds + Host.Tick };
            h.Serving(id, new RunnerCounters(0, 0, 0, 0, 0), new RunnerSlot(true, 1, h.Counters.GeneratedTokens));
        });
    }

    [Fact]
    public void While_no_price_holds_nothing_is_charged()
    {
        var host = new Host();
        Grid(host, 400);
        Pays(host, 0.30);
        host.Pass(10, new() { [Gpu0] = 360 });
        var before = host.Ledger.Footprint.Costs.Values.Sum(cost => cost.Paid);
        host.Apply(new LedgerEvent.PriceTold(host.At(), Price.None));
        host.Pass(10, new() { [Gpu0] = 360 });

        Assert.Equal(3600 / 3.6e6 * 0.30, before, 1e-5);
        Assert.InRange(host.Ledger.Footprint.Costs.Values.Sum(cost => cost.Paid) - before, 0, 1e-4);
        Assert.Null(host.Ledger.Footprint.Price);
    }

    private static void Grid(Host host, double grams) =>
        host.Apply(new LedgerEvent.IntensityTold(host.At(), new CarbonIntensity(grams, "test", "XX", IntensityTier.Live)));

    private static void Pays(Host host, double price) => host.Apply(new LedgerEvent.PriceTold(host.At(), new Price(price, "EUR")));

    private static double Grams(Host host) => host.Ledger.Footprint.Emissions.Values.Sum(emissions => emissions.Location);
}
