using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Simulation;

namespace Agent.Tests.Simulation;

public sealed class SimulatedWorldTests
{
    private static readonly ImmutableArray<int> Ports = [40001, 40002, 40003];

    public static TheoryData<bool> Scenarios => [true, false];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void What_a_device_drew_is_the_sum_of_what_it_was_spent_on(bool oneGpu)
    {
        var truth = After(180, oneGpu).Truth();

        Assert.All(truth.Devices, device =>
        {
            Assert.True(device.Drawn.Value > 0);
            var sum = device.Accounts.Values.Sum(part => part.Value);
            Assert.Equal(1, sum / device.Drawn.Value, 1e-9);
        });
    }

    [Fact]
    public void The_same_seed_gives_the_same_truth_and_another_another()
    {
        var one = After(90, seed: 7).Truth();
        var same = After(90, seed: 7).Truth();
        var other = After(90, seed: 8).Truth();

        Assert.Equal(one.Drawn, same.Drawn);
        Assert.Equal(one.Models, same.Models);
        Assert.All(one.Devices.Zip(same.Devices), pair => Assert.Equal(pair.First.Accounts, pair.Second.Accounts));
        Assert.NotEqual(one.Drawn, other.Drawn);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_first_minute_holds_everything(bool oneGpu)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var world = New(oneGpu, seed);
            var pids = new HashSet<int>();
            var overlap = 0;
            var cancelled = 0;
            var quiet = 0.0;
            Run(world, 60, () =>
            {
                var runners = world.Ollama.Runners.ToList();
                pids.UnionWith(runners.Where(one => one.Model.Name == "llama3.1:8b").Select(one => one.Process.Pid));
                overlap += runners.Count(runner => runner.Busy) == 2 ? 1 : 0;
                cancelled += runners.Any(runner => runner.Slots.Any(slot => slot.Before is { Cancelled: true })) ? 1 : 0;
                quiet += pids.Count == 0 ? 0.01 : 0;
            });

            var truth = world.Truth();
            Assert.Equal(2, pids.Count);
            Assert.InRange(overlap, 200, 1500);
            Assert.True(cancelled > 0);
            Assert.InRange(quiet, 6.9, 7.1);
            Assert.True(truth.Spent(TrueCategory.Other, component: Component.Gpu).Value > 250);
            Assert.All(truth.Models, model =>
            {
                Assert.True(model.Generated > 150, $"{model}");
                Assert.True(truth.Spent(TrueCategory.Load, model.Name).Value > 50);
                Assert.True(truth.Spent(TrueCategory.Prompt, model.Name).Value > 100);
                Assert.True(truth.Spent(TrueCategory.Generation, model.Name).Value > 500);
                Assert.True(truth.Spent(TrueCategory.LoadedIdle, model.Name).Value > 50);
            });
        }
    }

    [Fact]
    public void Idle_power_stays_within_its_noise()
    {
        var world = After(7);

        var gpu = world.Truth().Devices[0];

        Assert.InRange(gpu.Drawn.Value / world.Now.TotalSeconds, 22 * 0.97, 22 * 1.03);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_runners_tokens_never_fall_and_its_total_moves_only_when_a_task_ends(bool oneGpu)
    {
        var world = New(oneGpu);
        var before = new Dictionary<int, (long Generated, long Total, long? Task)>();
        var moves = 0;
        Run(world, 120, () =>
        {
            foreach (var runner in world.Ollama.Runners)
            {
                var now = (runner.Generated, runner.Totals.GeneratedTokens, runner.Tasks.SingleOrDefault()?.Id);
                if (before.TryGetValue(runner.Process.Pid, out var last))
                {
                    Assert.True(now.Generated >= last.Generated);
                    Assert.True(now.GeneratedTokens == last.Total || now.Id != last.Task);
                    moves += now.GeneratedTokens == last.Total ? 0 : 1;
                }

                before[runner.Process.Pid] = now;
            }
        });

        Assert.True(moves >= 10);
        Assert.Equal(world.Truth().Models.Sum(model => model.Generated), before.Values.Sum(last => last.Generated));
    }

    [Fact]
    public void A_runners_seconds_are_the_time_it_was_in_the_phase()
    {
        var model = Scenario.Default.Models[0];
        var process = new SimulatedProcess(1, 0, 0, "llama-server", [], 0) { Cgroup = "/" };
        var runner = new SimulatedRunner(model, process, 1, TimeSpan.Zero);
        runner.Enqueue(new Prompt(Evaluated: 240, Cached: 30, Tokens: 101, Rate: 50));
        runner.Enqueue(new Prompt(Evaluated: 96, Cached: 0, Tokens: 400, Rate: 80, CancelAfter: 1.25));
        var sum = default(PhaseSeconds);
        for (var i = 1; i <= 1000; i++)
        {
            var step = runner.Step(0.01, 1, TimeSpan.FromMilliseconds(10 * i));
            sum = new(sum.Load + step.Load, sum.Prompt + step.Prompt, sum.Generation + step.Generation, 0);
        }

        Assert.Equal(2.2, sum.Load, 1e-6);
        Assert.Equal((240 + 96) / 2400.0, sum.Prompt, 1e-6);
        Assert.Equal(2 + 1.25, sum.Generation, 1e-6);
        Assert.Equal(sum.Prompt, runner.Totals.PromptSeconds, 1e-6);
        Assert.Equal(sum.Generation, runner.Totals.GenerationSeconds, 1e-6);
        Assert.Equal((336, 30, 101 + 101), (runner.Totals.PromptTokens, runner.Totals.CachedTokens, runner.Generated));
    }

    public static TheoryData<string> Traffic => ["default", "one gpu", "operated"];

    [Theory]
    [MemberData(nameof(Traffic))]
    public void A_gpu_stays_below_its_limit_and_above_sleep(string traffic)
    {
        var world = traffic == "operated" ? Operated() : New(traffic == "one gpu");
        var before = world.Gpus.Select(_ => 0.0).ToArray();
        Run(world, 600, () =>
        {
            foreach (var (i, gpu) in world.Gpus.Index())
            {
                var watts = (gpu.Book.Drawn - before[i]) / SimulatedWorld.StepLength.TotalSeconds;
                Assert.InRange(watts, gpu.Spec.IdleWatts * 0.95, gpu.Spec.LimitWatts);
                before[i] = gpu.Book.Drawn;
            }
        });
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_runner_ends_only_after_it_has_answered(bool oneGpu)
    {
        var world = New(oneGpu);
        var last = world.Ollama.Runners;
        var ended = 0;
        Run(world, 300, () =>
        {
            var gone = last.Except(world.Ollama.Runners).ToList();
            Assert.All(gone, runner => Assert.Equal(runner.Generated, runner.Totals.GeneratedTokens));
            ended += gone.Count;
            last = world.Ollama.Runners;
        });

        Assert.InRange(ended, 6, 12);
    }

    [Fact]
    public void Two_models_on_one_gpu_share_it()
    {
        var world = New(oneGpu: true);
        var shared = 0;
        Run(world, 60, () =>
        {
            shared += world.Gpus[0].Uses.Count(use => use.Computes && use.KernelSeconds > 0) == 2 ? 1 : 0;
            Assert.InRange(world.Gpus[0].UtilizationPercent, 0u, 100u);
        });

        Assert.Single(world.Gpus);
        Assert.True(shared > 100);
    }

    [Fact]
    public void Processor_time_of_all_processes_is_what_the_processor_drew_for()
    {
        var world = New();
        var before = world.Processes.CpuSeconds;
        Run(world, 60);

        var truth = world.Truth();
        var above = truth.Devices[^2].Drawn - truth.Spent(TrueCategory.Idle, component: Component.Cpu);
        var desktop = PowerModel.DesktopCores * 60;
        Assert.Equal(above.Value / PowerModel.WattsPerCore, world.Processes.CpuSeconds - before - desktop, 1e-6);
    }

    private static SimulatedWorld Operated(int seed = 1) => new(Scenario.Operated, seed, Ports);

    private static SimulatedWorld New(bool oneGpu = false, int seed = 1) =>
        new(oneGpu ? Scenario.OneGpu : Scenario.Default, seed, Ports);

    private static SimulatedWorld After(double seconds, bool oneGpu = false, int seed = 1)
    {
        var world = New(oneGpu, seed);
        Run(world, seconds);
        return world;
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
