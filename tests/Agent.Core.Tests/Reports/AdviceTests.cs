using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Machine;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Core.Tests.Attribution;

namespace Agent.Core.Tests.Reports;

public sealed class AdviceTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");

    [Fact]
    public void A_machine_that_does_all_right_gets_no_advice()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.PolicyRead(host.At(), PowerPolicy.Unknown with { Profile = "balanced" }));
        host.Apply(new LedgerEvent.CpuStateRead(host.At(), CpuState.Unknown with { IdleStates = States(("POLL", 0), ("C1", 0), ("C6", 0)) }));
        host.Pass(60, new() { [Gpu0] = 20 });

        Assert.Empty(AdviceRule.Of(host.Ledger));
    }

    [Fact]
    public void A_model_loaded_and_idle_for_an_hour_is_named_with_its_watts_until_it_works_again()
    {
        var (host, id) = Loaded(extra: 15);
        host.Pass(1000, new() { [Gpu0] = 35 }, runners: h => h.Serving(id, h.Counters));
        Assert.Empty(Found(host, "model_idle"));
        host.Pass(2700, new() { [Gpu0] = 35 }, runners: h => h.Serving(id, h.Counters));

        var advice = Assert.Single(Found(host, "model_idle"));
        Assert.Contains("a has been loaded and idle for 1", advice.Reason, StringComparison.Ordinal);
        Assert.Contains("draws 15.0 W: 0.36 kWh a day", advice.Reason, StringComparison.Ordinal);
        host.Counters = new RunnerCounters(10, 0, 0.1, 50, 1);
        host.Pass(2, new() { [Gpu0] = 200 }, runners: h => h.Serving(id, h.Counters));
        Assert.Empty(Found(host, "model_idle"));
    }

    [Fact]
    public void A_model_that_costs_next_to_nothing_while_loaded_may_stay()
    {
        var (host, id) = Loaded(extra: 0.2);
        host.Pass(4000, new() { [Gpu0] = 20.2 }, runners: h => h.Serving(id, h.Counters));

        Assert.Empty(Found(host, "model_idle"));
    }

    [Fact]
    public void How_long_it_was_idle_before_the_agent_was_started_again_is_not_known_and_not_claimed()
    {
        var (host, id) = Loaded(extra: 15);
        host.Pass(3000, new() { [Gpu0] = 35 }, runners: h => h.Serving(id, h.Counters));
        host.Counters = new RunnerCounters(10, 0, 0.1, 50, 1);
        host.Pass(2, new() { [Gpu0] = 200 }, runners: h => h.Serving(id, h.Counters));
        host.Down(10, new() { [Gpu0] = 35 });
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a" }, host.At(-3400)));
        host.Pass(1000, new() { [Gpu0] = 35 }, runners: h => h.Serving(id, h.Counters));

        Assert.Empty(Found(host, "model_idle"));
    }

    [Fact]
    public void Where_it_cannot_be_seen_whether_models_work_none_is_called_idle()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.PolicyRead(host.At(), PowerPolicy.Unknown with { Profile = "performance" }));
        host.Pass(300, new() { [Gpu0] = 20 });
        host.Start(7, "a", "GPU-0", unreadable: "It may not be read.");
        host.Pass(300, new() { [Gpu0] = 35 });
        host.Pass(4000, new() { [Gpu0] = 200 }, cpu: new() { [7] = 1 });

        Assert.Empty(Found(host, "model_idle"));
        Assert.Empty(Found(host, "profile_performance_idle"));
    }

    [Fact]
    public void A_counter_that_catches_up_is_no_power_near_the_limit()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.GpuStateRead(host.At(), "GPU-0", new GpuState { PowerLimitWatts = 300, DefaultPowerLimitWatts = 300, MinPowerLimitWatts = 100 }));
        host.Pass(60, new() { [Gpu0] = 50 });
        for (var i = 0; i < 300; i++)
        {
            host.Apply(new LedgerEvent.DeviceRead(host.At(), Gpu0, new Reading.Missing(MissingCause.Unresponsive, "The driver does not answer.")));
            host.Pass(Host.Tick, []);
        }

        host.Apply(new LedgerEvent.GpuStateRead(host.At(), "GPU-0", new GpuState { PowerLimitWatts = 300, DefaultPowerLimitWatts = 300, MinPowerLimitWatts = 100 }));
        host.Pass(Host.Tick, new() { [Gpu0] = 50 * 60 / Host.Tick }); // what it drew in that minute
        host.Pass(60, new() { [Gpu0] = 50 });
        Assert.Equal(50 * 180, host.Ledger.Devices["GPU-0"].Measured.Value, 100.0);

        Assert.Empty(Found(host, "gpu_power_limit"));
    }

    [Theory]
    [InlineData(40, 22, true)]
    [InlineData(40, 0, true)]
    [InlineData(40, 40, false)]
    public void A_model_that_is_not_wholly_on_the_gpu_is_told_with_both_sizes(int size, int vram, bool found)
    {
        var (host, _) = Loaded(extra: 15);
        host.Apply(new LedgerEvent.ModelsListed(host.At(), [new LoadedModel("a", size * 1_000_000_000L, vram * 1_000_000_000L)]));

        Assert.Equal(found ? [$"Of a's {size}.0 GB only {vram}.0 GB are on the GPU"] : [], Found(host, "model_on_cpu").Select(advice => advice.Reason.Split(':')[0]));
    }

    [Fact]
    public void A_runner_without_counters_is_told_and_how_to_switch_them_on()
    {
        var host = new Host();
        var id = host.Start(7, "a");
        host.Answer(id, new RunnerAnswer.Serving([default], null));

        Assert.Contains("LLAMA_ARG_ENDPOINT_METRICS=1", Assert.Single(Found(host, "runner_metrics_off")).Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 300, true)]
    [InlineData(200, 300, false)]
    public void A_power_limit_is_advice_only_where_it_is_the_default(double limit, double usual, bool found)
    {
        var host = new Host();
        host.Apply(new LedgerEvent.GpuStateRead(host.At(), "GPU-0", new GpuState
        {
            PowerLimitWatts = limit,
            DefaultPowerLimitWatts = usual,
            MinPowerLimitWatts = 100,
            MaxPowerLimitWatts = 350,
        }));
        host.Pass(60, new() { [Gpu0] = limit * 0.95 });

        Assert.Equal(found, Found(host, "gpu_power_limit").Any());
    }

    [Fact]
    public void A_gpu_that_works_far_below_its_limit_gains_nothing_from_a_lower_one()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.GpuStateRead(host.At(), "GPU-0", new GpuState { PowerLimitWatts = 300, DefaultPowerLimitWatts = 300, MinPowerLimitWatts = 100 }));
        host.Pass(60, new() { [Gpu0] = 120 });

        Assert.Empty(Found(host, "gpu_power_limit"));
    }

    [Theory]
    [InlineData(false, 0, "may_sleep", true)]
    [InlineData(false, 0, "held", false)] // the agent itself keeps it up
    [InlineData(true, 0, "may_sleep", false)]
    [InlineData(false, 8, "may_sleep", false)]
    public void An_idle_gpu_at_full_clocks_with_persistence_off_is_somebodys_polling(bool persistence, int state, string hold, bool found)
    {
        var host = new Host();
        host.Pass(180, new() { [Gpu0] = 75 }, runners: h => h.Apply(new LedgerEvent.GpuStateRead(h.At(), "GPU-0", new GpuState
        {
            UtilizationRatio = 0,
            PerformanceState = state,
            Persistence = persistence,
            Hold = hold,
        })));

        Assert.Equal(found ? ["at 75 W"] : [], Found(host, "gpu_persistence_off").Select(advice => advice.Reason.Split(", ")[1]));
    }

    [Fact]
    public void The_performance_profile_is_advice_after_ten_idle_minutes_and_names_who_holds_it()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.PolicyRead(host.At(), PowerPolicy.Unknown with
        {
            Profile = "performance",
            Holds = [new ProfileHold("performance", "org.example.Game", "Playing")],
        }));
        host.Pass(500, new() { [Gpu0] = 20 });
        Assert.Empty(Found(host, "profile_performance_idle"));
        host.Pass(120, new() { [Gpu0] = 20 });

        Assert.Contains("org.example.Game", Assert.Single(Found(host, "profile_performance_idle")).Fix, StringComparison.Ordinal);
        host.Apply(new LedgerEvent.PolicyRead(host.At(), PowerPolicy.Unknown with { Profile = "balanced" }));
        Assert.Empty(Found(host, "profile_performance_idle"));
    }

    [Fact]
    public void Idle_states_that_are_missing_or_switched_off_are_told()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.CpuStateRead(host.At(), CpuState.Unknown with { IdleStates = States(("POLL", 0), ("C1", 0)) }));
        Assert.Contains("no idle state deeper than C1, POLL", Assert.Single(Found(host, "cstates_off")).Reason, StringComparison.Ordinal);
        host.Apply(new LedgerEvent.CpuStateRead(host.At(), CpuState.Unknown with { IdleStates = States(("C1", 0), ("C6", 16)) }));
        Assert.Contains("C6 on 16 processors", Assert.Single(Found(host, "cstates_off")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sensor_that_may_not_be_read_is_advice_and_one_that_sleeps_is_not()
    {
        var host = new Host();
        host.Apply(new LedgerEvent.DeviceRead(host.At(), Host.Package(0), new Reading.Missing(MissingCause.Permission, "Readable by root only. Do this:\nthat")));
        host.Apply(new LedgerEvent.DeviceRead(host.At(), Gpu0, new Reading.Asleep()));

        Assert.Equal("rapl:package-0 cannot be read. Readable by root only. Do this:", Assert.Single(Found(host, "sensor_unreadable")).Reason);
    }

    [Fact]
    public void Every_rule_has_a_name_of_its_own() =>
        Assert.Equal(AdviceRule.All.Count, AdviceRule.All.Select(rule => rule.Id).Distinct().Count());

    private static (Host Host, RunnerId Id) Loaded(double extra)
    {
        var host = new Host();
        host.Pass(300, new() { [Gpu0] = 20 });
        var id = host.Start(7, "a", "GPU-0");
        host.Pass(300, new() { [Gpu0] = 20 + extra }, runners: h => h.Serving(id, h.Counters));
        return (host, id);
    }

    private static IEnumerable<Advice> Found(Host host, string rule) => AdviceRule.Of(host.Ledger).Where(advice => advice.Rule == rule);

    private static ImmutableDictionary<string, CpuIdle> States(params (string Name, int Disabled)[] states) =>
        states.ToImmutableDictionary(state => state.Name, state => new CpuIdle(10, 10, state.Disabled));
}
