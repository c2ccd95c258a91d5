using System.Collections.Immutable;
using Agent.Core.Units;
using Agent.Sensors;
using Agent.Sensors.Nvml;
using Agent.Sensors.PowerState;
using Agent.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Simulation;

public sealed class SimulatedProfileTests
{
    private static readonly ImmutableArray<int> Ports = [40001, 40002, 40003];

    [Fact]
    public void The_first_minute_of_the_demo_has_every_power_profile_and_work_under_each()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var world = new SimulatedWorld(Scenario.Operated, seed, Ports);
            var profiles = new List<string> { world.Profile.Name };
            Run(world, 60, () =>
            {
                if (world.Profile.Name != profiles[^1])
                {
                    Assert.DoesNotContain(world.Ollama.Runners, runner => runner.Busy); // else what it costs would be told of two
                    profiles.Add(world.Profile.Name);
                }
            });

            var small = Scenario.Small.Name;
            var truth = world.Truth();
            Assert.Equal(["balanced", "performance", "low-power"], profiles);
            Assert.All(profiles, profile => Assert.True(truth.Profiles[(small, profile)].Generated > 100));
            Assert.True(JoulesPerToken("low-power") < 0.9 * JoulesPerToken("performance"));
            Assert.All(truth.Models, model =>
            {
                var parts = profiles.Select(profile => truth.Profiles[(model.Name, profile)]).ToArray();
                Assert.Equal(model.Generated, parts.Sum(part => part.Generated));
                Assert.Equal(truth.Spent(TrueCategory.Generation, model.Name).Value, parts.Sum(part => part.Generation.Value), 1e-6);
            });

            double JoulesPerToken(string profile) =>
                truth.Profiles[(small, profile)].Generation.Value / truth.Profiles[(small, profile)].Generated;
        }
    }

    [Theory]
    [InlineData("low-power")]
    [InlineData("performance")]
    public void A_power_profile_changes_what_work_draws_and_how_long_it_takes_and_nothing_else(string name)
    {
        var profile = PowerProfile.All.Single(profile => profile.Name == name);
        var model = Scenario.Small;
        ScriptEvent ask = new ScriptEvent.Ask(0, model, new Prompt(Evaluated: 2400, Cached: 0, Tokens: 100, Rate: 70));

        var balanced = Of([ask]);
        var other = Of([new ScriptEvent.Choose(0, profile), ask]);

        Assert.Equal(100, other.Models[0].Generated);
        Assert.Equal(balanced.Models[0].Generated, other.Models[0].Generated);
        var expected = profile.Power / profile.Speed * balanced.Active(model.Name).Value;
        Assert.InRange(other.Active(model.Name).Value, expected * 0.98, expected * 1.02); // the noise does not repeat
        Assert.Equal(balanced.Spent(TrueCategory.Idle).Value, other.Spent(TrueCategory.Idle).Value, balanced.Spent(TrueCategory.Idle).Value * 0.01);
        Assert.Equal(balanced.Spent(TrueCategory.LoadedIdle).Value, other.Spent(TrueCategory.LoadedIdle).Value, 1e-6);

        static Truth Of(ScriptEvent[] events)
        {
            var world = new SimulatedWorld(Scenario.Default with { Script = _ => events }, 1, Ports);
            Run(world, 10);
            return world.Truth();
        }
    }

    [Fact]
    public async Task The_firmware_tells_the_profile_and_the_driver_the_clock_that_goes_with_it()
    {
        var profile = PowerProfile.LowPower;
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var machine = await SimulatedMachine.StartAsync(
            time,
            Scenario.Default with
            {
                Script = _ =>
                [
                    new ScriptEvent.Ask(0, Scenario.Small, new Prompt(Evaluated: 1, Cached: 0, Tokens: 600, Rate: 60)),
                    new ScriptEvent.Choose(6, profile),
                ],
            },
            1,
            TestContext.Current.CancellationToken);
        var policy = new SysPolicy(new Sysfs(machine.Sysfs));
        Assert.Equal(NvmlReturn.Success, machine.Nvml.Init());
        Assert.Equal(NvmlReturn.Success, machine.Nvml.DeviceHandle(0, out var gpu));

        var before = Look(5);
        var after = Look(2);

        Assert.Equal(("balanced", Scenario.Fast.SmClock), before);
        Assert.Equal((profile.Name, (uint)(Scenario.Fast.SmClock * profile.Speed)), after);
        Assert.Equal(["low-power", "balanced", "performance"], policy.Profile(Moment.FromSeconds(9)).Profiles);

        (string?, uint) Look(double seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            machine.Advance();
            Assert.Equal(NvmlReturn.Success, machine.Nvml.SmClock(gpu, out var clock));
            return (policy.Profile(Moment.FromSeconds(machine.Truth.At.TotalSeconds)).Profile, clock);
        }
    }

    private static void Run(SimulatedWorld world, double seconds, Action? look = null)
    {
        while (world.Now.TotalSeconds < seconds)
        {
            world.Step();
            look?.Invoke();
        }
    }
}
