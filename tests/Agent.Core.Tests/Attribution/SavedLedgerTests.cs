using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

public sealed class SavedLedgerTests
{
    private static readonly Device Gpu = Host.Gpu("GPU-0");
    private static readonly ModelKey Model = ModelKey.OfName("a");

    [Fact]
    public void What_a_runner_did_while_the_agent_was_down_is_told_by_its_counters()
    {
        var (host, id) = Worked();
        var before = (Generated: host.Booked(Category.Generation), Tokens: host.Ledger.Models[Model].Tokens.Generated);
        var back = host.Down(100, Watts(64));

        // 20 of the 100 seconds it generated, at 200 W; the counter of energy went on.
        Found(back, id);
        back.Pass(Host.Tick, Watts(30), runners: now => now.Serving(id, new RunnerCounters(10, 0, 0.1, 500 + 1000, 5 + 20)));

        Assert.Equal(before.Tokens + 1000, back.Ledger.Models[Model].Tokens.Generated);
        Assert.Equal(before.Generated + (20 * 170), back.Booked(Category.Generation), before.Generated * 0.02);
        Assert.InRange(back.Ledger.Imbalance.Value, 0, 1e-6);
    }

    [Fact]
    public void What_nobody_explains_of_the_time_the_agent_was_down_is_unobserved()
    {
        var (host, id) = Worked();
        var back = host.Down(100, Watts(60));

        Found(back, id);
        back.Pass(Host.Tick, Watts(30), runners: now => now.Serving(id, new RunnerCounters(10, 0, 0.1, 500, 5)));

        // 60 W for 100 s, of which 30 W are idle and loaded idle.
        Assert.Equal(30 * 100, back.Booked(Category.Unobserved), 60.0);
    }

    [Fact]
    public void The_time_the_agent_was_down_is_counted_for_each_sensor()
    {
        var (host, _) = Worked();
        var back = host.Down(100, Watts(60)).Pass(Host.Tick, Watts(30));

        Assert.Equal(100 + Host.Tick, back.Ledger.Devices[Gpu.Id].Meter.Unobserved[GapCause.Restart].TotalSeconds, 1e-6);
    }

    [Fact]
    public void A_model_that_was_loaded_while_the_agent_was_down_has_no_load_but_its_tokens()
    {
        var (host, _) = Worked();
        var started = host.At(50);
        var back = host.Down(100, Watts(60));
        var id = new RunnerId(99, 9900);
        back.Apply(new LedgerEvent.RunnerFound(back.At(), new Runner { Id = id, Blob = "sha256-b" }, started));
        back.Apply(new LedgerEvent.ModelNamed(back.At(), "sha256-b", "b", new ModelDetails(null, null, null)));
        back.Pass(Host.Tick, Watts(30), runners: now => now.Serving(id, new RunnerCounters(10, 0, 0.1, 77, 1)));

        var totals = back.Ledger.Models[ModelKey.OfName("b")];
        Assert.Equal((77, 0, 0.0), (totals.Tokens.Generated, totals.Loads, totals.Slots.Load));
    }

    [Fact]
    public void After_a_boot_counters_start_anew_and_totals_go_on()
    {
        var (host, _) = Worked();
        var measured = host.Ledger.Devices[Gpu.Id].Measured;
        var back = new Host(Ledger.RestoredAfterBoot(host.Ledger.Save(), Ledger.Empty, default, Moment.FromSeconds(-30)));
        back.Pass(2, Watts(30));

        var device = back.Ledger.Devices[Gpu.Id];
        Assert.Equal(measured.Value + (30 * (2 - Host.Tick)), device.Measured.Value, 1e-6);
        Assert.Equal(30 + Host.Tick, device.Meter.Unobserved[GapCause.Restart].TotalSeconds, 1e-6);
        Assert.Equal(500, back.Ledger.Models[Model].Tokens.Generated);
        Assert.Empty(back.Ledger.Runners);
    }

    [Fact]
    public void What_was_learned_of_quiet_is_known_at_once()
    {
        var (host, _) = Worked();

        Assert.Equal(
            host.Ledger.Devices[Gpu.Id].Baseline.Idle,
            Ledger.Restored(host.Ledger.Save(), Ledger.Empty, host.At()).Devices[Gpu.Id].Baseline.Idle);
    }

    [Fact]
    public void A_request_that_ran_when_the_agent_ended_was_broken_off()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(30, Watts(20));
        var request = new Request(new RequestId(1), "", "a", InferenceApi.Ollama, Embedding: false);
        host.Apply(new LedgerEvent.RequestStarted(host.At(), request));
        host.Pass(1, Watts(200));
        host.Apply(new LedgerEvent.RequestProgressed(host.At(), request.Id, 40));

        var back = new Host(Ledger.Restored(host.Ledger.Save(), Ledger.Empty with { Proxied = [""] }, host.At()));
        var counts = back.Ledger.Requests.Totals[Model].Counts;

        Assert.Equal([((InferenceApi.Ollama, RequestOutcome.Aborted, UsageQuality.Estimated), 1L)], counts.Select(pair => (pair.Key, pair.Value)));
    }

    private static Dictionary<Device, double> Watts(double watts) => new() { [Gpu] = watts };

    /// <summary>Idle at 20 W, a model that adds 10 W, and 5 s of generation at 200 W.</summary>
    private static (Host Host, RunnerId Id) Worked()
    {
        var host = new Host();
        host.Pass(40, Watts(20));
        var id = host.Start(10, "a", Gpu.Id);
        host.Loading(id);
        host.Pass(40, Watts(30), runners: now => now.Serving(id, new RunnerCounters(0, 0, 0, 0, 0)));
        var tokens = 0L;
        host.Pass(5, Watts(200), runners: now => now.Serving(id, new RunnerCounters(10, 0, 0.1, 0, 0), new RunnerSlot(true, 1, tokens += 20)));
        host.Pass(1, Watts(30), runners: now => now.Serving(id, new RunnerCounters(10, 0, 0.1, 500, 5)));
        return (host, id);
    }

    private static void Found(Host host, RunnerId id) => host.Apply(new LedgerEvent.RunnerFound(
        host.At(), new Runner { Id = id, Blob = "sha256-a" }, Moment.FromSeconds(40)));
}
