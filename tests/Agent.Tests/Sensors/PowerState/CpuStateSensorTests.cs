using System.Collections.Immutable;
using Agent.Config;
using Agent.Core.Machine;

namespace Agent.Tests.Sensors.PowerState;

public sealed class CpuStateSensorTests
{
    [Fact]
    public void A_laptop_tells_everything_of_all_its_processors_together()
    {
        using var machine = CpuFixture.Laptop();

        var state = machine.Look();

        Assert.Equal("intel_pstate", state.Driver);
        Assert.Equal(4, Assert.Single(state.Governors, pair => pair.Key == "powersave").Value);
        Assert.Equal(4, Assert.Single(state.Preferences, pair => pair.Key == "balance_performance").Value);
        Assert.Equal((1.3e9, 4.7e9), (state.FrequencyHertz, state.MaxFrequencyHertz));
        Assert.Equal((true, true), (state.Turbo, state.Smt));
        Assert.Equal(new CpuIdle(0.004, 40, 0), state.IdleStates["POLL"]);
        Assert.Equal(new CpuIdle(280, 12_000, 0), state.IdleStates["C10"]);
    }

    [Fact]
    public void A_server_without_preferences_has_none_and_its_boost_is_its_turbo()
    {
        using var machine = new CpuFixture();
        machine.Cpu("online", "0-1").Cpu("cpufreq/boost", "0").Cpu("smt/active", "0");
        machine.Policy(0, "acpi-cpufreq", "schedutil", null, 2_450_000, 3_700_000);
        machine.Policy(1, "acpi-cpufreq", "performance", null, 2_450_000, 3_700_000);

        var state = machine.Look();

        Assert.Equal(
            new Dictionary<string, int> { ["performance"] = 1, ["schedutil"] = 1 }.ToImmutableSortedDictionary(),
            state.Governors.ToImmutableSortedDictionary());
        Assert.Empty(state.Preferences);
        Assert.Equal((false, false), (state.Turbo, state.Smt));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData(null, null)]
    public void Boost_may_be_told_by_each_policy(string? boost, bool? turbo)
    {
        using var machine = new CpuFixture();
        machine.Policy(0, "amd-pstate-epp", "powersave", "balance_power", 400_000, 5_000_000);
        if (boost is not null)
        {
            machine.Cpu("cpu0/cpufreq/boost", boost);
        }

        Assert.Equal(turbo, machine.Look().Turbo);
    }

    [Fact]
    public void A_virtual_machine_tells_nothing_and_nothing_is_made_up()
    {
        using var machine = new CpuFixture();
        machine.Cpu("online", "0-1").Cpu("cpu0/topology/core_id", "0").Cpu("cpu1/topology/core_id", "1");

        var state = machine.Look();

        Assert.Empty(state.IdleStates);
        Assert.Empty(state.Governors);
        Assert.Empty(state.Savings);
        Assert.Equal((null, null, null), (state.Driver, state.FrequencyHertz, state.MaxFrequencyHertz));
        Assert.Equal((null, null), (state.Turbo, state.Smt));
    }

    [Fact]
    public void A_processor_that_goes_offline_has_no_policy_and_takes_nothing_with_it()
    {
        using var machine = CpuFixture.Laptop();
        machine.Look();

        machine.Cpu("online", "0-2").Remove("cpu3/cpuidle");
        var state = machine.Look();

        Assert.Equal(3, state.Governors["powersave"]);
        Assert.Equal(1.2e9, state.FrequencyHertz);
        Assert.Equal(new CpuIdle(280, 12_000, 0), state.IdleStates["C10"]);
    }

    [Theory]
    [InlineData(75_000_000, 3_100, 285, 12_100)] // its counters went on
    [InlineData(5_000_000, 100, 285, 12_100)] // it counts from zero
    [InlineData(80_000_000, 100, 360, 12_100)] // from zero, and one is already past where it was
    public void A_processor_that_comes_back_is_counted_on(long microseconds, long entries, double seconds, double all)
    {
        using var machine = CpuFixture.Laptop();
        machine.Look();
        machine.Cpu("online", "0-2").Remove("cpu3/cpuidle");
        machine.Look();

        machine.Cpu("online", "0-3").State(3, 0, "POLL", 1_000, 10).State(3, 1, "C1E", 2_000_000, 200);
        machine.State(3, 2, "C10", microseconds, entries);

        Assert.Equal(new CpuIdle(seconds, all, 0), machine.Look().IdleStates["C10"]);
    }

    [Fact]
    public void A_processor_that_comes_back_with_other_states_is_counted_under_their_names()
    {
        using var machine = CpuFixture.Laptop();
        machine.Look();
        machine.Remove("cpu3/cpuidle").Look();

        machine.State(3, 0, "POLL", 1_000, 10).State(3, 1, "C6", 500_000, 7);
        var states = machine.Look().IdleStates;

        Assert.Equal(new CpuIdle(0.5, 7, 0), states["C6"]);
        Assert.Equal(new CpuIdle(8, 800, 0), states["C1E"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-5")]
    [InlineData("99999999999999999999999")]
    public void Garbage_is_not_counted_and_the_rest_goes_on(string garbage)
    {
        using var machine = CpuFixture.Laptop();
        machine.Look();

        machine.State(0, 1, "C1E", 3_000_000, 250).Cpu("cpu0/cpuidle/state2/time", garbage);
        machine.Cpu("cpu0/cpufreq/scaling_cur_freq", garbage).Cpu("intel_pstate/no_turbo", garbage).Cpu("online", garbage);
        var state = machine.Look();

        Assert.Equal(new CpuIdle(280, 12_000, 0), state.IdleStates["C10"]);
        Assert.Equal(new CpuIdle(9, 850, 0), state.IdleStates["C1E"]);
        Assert.Equal(1.4e9, state.FrequencyHertz);
        Assert.Null(state.Turbo);
        Assert.Equal(4, state.Governors["powersave"]);
    }

    [Fact]
    public void A_state_that_is_switched_off_says_on_how_many_processors()
    {
        using var machine = CpuFixture.Laptop();
        machine.Cpu("cpu1/cpuidle/state2/disable", "1").Cpu("cpu2/cpuidle/state2/disable", "1");

        var states = machine.Look().IdleStates;

        Assert.Equal((2, 0), (states["C10"].Disabled, states["C1E"].Disabled));
    }

    [Fact]
    public void A_large_machine_is_looked_at_as_a_whole_first_and_then_in_turn()
    {
        using var machine = new CpuFixture();
        SetAll(1_000_000);
        Assert.Equal(100, machine.Look().IdleStates["C2"].Seconds);

        SetAll(2_000_000);

        Assert.Equal([132.0, 164, 196, 200], Enumerable.Range(0, 4).Select(_ => machine.Look().IdleStates["C2"].Seconds));

        void SetAll(long microseconds)
        {
            for (var cpu = 0; cpu < 100; cpu++)
            {
                machine.State(cpu, 0, "C2", microseconds, 1);
            }
        }
    }

    [Fact]
    public void Processors_past_the_five_hundred_and_twelfth_are_left_out()
    {
        using var machine = new CpuFixture();
        machine.Cpu("online", "0,511-600").State(511, 0, "C1", 1_000_000, 1).State(512, 0, "C1", 1_000_000, 1);

        Assert.Equal(1, machine.Look().IdleStates["C1"].Seconds);
    }

    [Fact]
    public void It_is_read_every_ten_seconds_only()
    {
        using var machine = CpuFixture.Laptop();
        machine.Look();

        machine.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(machine.Sensor.Read());

        machine.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(machine.Sensor.Read());
    }

    [Fact]
    public void A_frequency_that_takes_long_to_read_is_given_up()
    {
        using var machine = CpuFixture.Laptop();
        var time = new SlowTime();
        var sensor = machine.NewSensor(time: time);

        time.PerLook = TimeSpan.FromMilliseconds(20);
        for (var look = 0; look < 3; look++)
        {
            Assert.Null(Look());
        }

        time.PerLook = TimeSpan.Zero;
        Assert.Null(Look());

        double? Look()
        {
            time.Pass(TimeSpan.FromSeconds(10));
            return Assert.IsType<Core.Attribution.LedgerEvent.CpuStateRead>(Assert.Single(sensor.Read())).State.FrequencyHertz;
        }
    }

    [Fact]
    public void Switched_off_it_reads_nothing_and_says_so()
    {
        using var machine = CpuFixture.Laptop();
        var sensor = machine.NewSensor(Enabled.False);

        Assert.Empty(sensor.Read());
        Assert.Contains("power_state.enabled", Assert.Single(sensor.Check()).Text, StringComparison.Ordinal);
    }

    /// <summary>A clock on which each look at it takes as long as is said.</summary>
    private sealed class SlowTime : TimeProvider
    {
        private long _ticks;

        public TimeSpan PerLook { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks += PerLook.Ticks;
    }
}
