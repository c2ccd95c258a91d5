using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Core.Units;

namespace Agent.Core.Tests.Attribution;

public sealed class LedgerTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");
    private static readonly Device Gpu1 = Host.Gpu("GPU-1");
    private static readonly Device Cpu0 = Host.Package(0);
    private static readonly RunnerCounters Nothing = new(0, 0, 0, 0, 0);

    [Fact]
    public void Idle_loaded_idle_load_prompt_and_generation_each_get_what_they_drew()
    {
        var host = Warm(new Host());
        var id = Load(host, "a", 10, Gpu0, seconds: 3, watts: 60);
        host.Pass(30, new() { [Gpu0] = 31 }, runners: Rest(id));
        Request(host, id, prefill: 1, generation: 5, prefillWatts: 250, generationWatts: 200);
        host.Pass(10, new() { [Gpu0] = 31 }, runners: Rest(id));

        // Within the tick in which it began to serve, the end of the load is not known: all of it is load.
        Assert.Equal(3 * (60 - 20), host.Booked(Category.Load, "a"), 3.0);
        Assert.Equal((1 * (250 - 31)) + (5 * (200 - 31)), Active(host, "a"), 12.0);
        Assert.Equal(1 * (250 - 31), host.Booked(Category.Prompt, "a"), 60.0);
        Assert.Equal(11 * 46, host.Booked(Category.LoadedIdle, "a"), 12.0);
        Assert.Equal(0, host.Booked(Category.Other), 6);
        Assert.Equal(0, host.Ledger.Imbalance.Value, 6);
    }

    [Fact]
    public void What_a_stepping_counter_shows_late_still_goes_to_the_request()
    {
        var host = Warm(new Host { Step = 0.13 });
        var id = Load(host, "a", 10, Gpu0, seconds: 3, watts: 60);
        host.Pass(30, new() { [Gpu0] = 31 }, runners: Rest(id));
        for (var i = 0; i < 10; i++)
        {
            Request(host, id, prefill: 0.2, generation: 2, prefillWatts: 250, generationWatts: 200);
            host.Pass(4, new() { [Gpu0] = 31 }, runners: Rest(id));
        }

        var truth = 10 * ((0.2 * (250 - 31)) + (2 * (200 - 31)));
        Assert.InRange(Active(host, "a"), truth * 0.99, truth * 1.01);
    }

    [Fact]
    public void Two_models_on_two_gpus_share_only_the_processors_by_their_time()
    {
        var host = new Host();
        host.Pass(30, new() { [Gpu0] = 20, [Gpu1] = 20, [Cpu0] = 40 }, cpu: new() { [0] = 0.1 });
        var a = host.Start(10, "a", "GPU-0");
        var b = host.Start(11, "b", "GPU-1");
        host.Pass(20, new() { [Gpu0] = 20, [Gpu1] = 20, [Cpu0] = 40 }, cpu: new() { [0] = 0.1 }, runners: Both(Idle()));
        var generated = 0;
        host.Pass(10, new() { [Gpu0] = 220, [Gpu1] = 120, [Cpu0] = 100 }, cpu: new() { [10] = 1, [11] = 2, [0] = 3 },
            runners: h =>
            {
                generated += 10;
                Both(_ => (new RunnerCounters(10, 0, 0.01, 0, 0), [new RunnerSlot(true, 1, generated)]))(h);
            });

        Assert.Equal(200 * 10, host.Booked(Category.Generation, "a", Gpu0), 45.0);
        Assert.Equal(100 * 10, host.Booked(Category.Generation, "b", Gpu1), 25.0);
        Assert.Equal(60 * 10 / 6.0, host.Booked(Category.Generation, "a", Cpu0), 5.0);
        Assert.Equal(60 * 10 / 3.0, host.Booked(Category.Generation, "b", Cpu0), 8.0);
        Assert.Equal(60 * 10 / 2.0, host.Booked(Category.Other, device: Cpu0), 10.0);

        Action<Host> Both(Func<int, (RunnerCounters, RunnerSlot[])> answer) => h =>
        {
            foreach (var id in new[] { a, b })
            {
                var (counters, slots) = answer(0);
                h.Serving(id, counters, slots);
            }
        };
    }

    [Fact]
    public void Two_models_on_one_gpu_split_what_they_drew_together_by_their_time_on_it()
    {
        var host = Warm(new Host());
        var a = host.Start(10, "a", "GPU-0");
        var b = host.Start(11, "b", "GPU-0");
        host.Pass(20, new() { [Gpu0] = 20 }, runners: h => { h.Serving(a, Nothing); h.Serving(b, Nothing); });
        var generated = 0;
        host.Pass(10, new() { [Gpu0] = 220 }, runners: h =>
        {
            generated += 10;
            h.Apply(new LedgerEvent.GpuUtilizationRead(
                h.At(), "GPU-0", [new ProcessUtilization(10, 0.75), new ProcessUtilization(11, 0.25)]));
            h.Serving(a, Nothing, new RunnerSlot(true, 1, generated));
            h.Serving(b, Nothing, new RunnerSlot(true, 1, generated));
        });

        Assert.Equal(1500, host.Booked(Category.Generation, "a"), 60.0);
        Assert.Equal(500, host.Booked(Category.Generation, "b"), 60.0);
    }

    [Fact]
    public void A_game_is_nobodys_token()
    {
        var host = Warm(new Host());
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(20, new() { [Gpu0] = 31 }, runners: Rest(id));
        host.Pass(10, new() { [Gpu0] = 231 }, runners: h =>
        {
            h.Apply(new LedgerEvent.GpuUtilizationRead(h.At(), "GPU-0", [new ProcessUtilization(999, 0.9)]));
            h.Serving(id, Nothing);
        });

        Assert.Equal(2000, host.Booked(Category.Other), 60.0);
        Assert.Equal(0, Active(host, "a"), 6);
    }

    [Fact]
    public void A_desktop_that_uses_a_little_of_the_gpu_belongs_to_idle()
    {
        var host = new Host();
        host.Pass(60, new() { [Gpu0] = 25 }, runners: h =>
            h.Apply(new LedgerEvent.GpuUtilizationRead(h.At(), "GPU-0", [new ProcessUtilization(900, 0.02)])));

        Assert.Equal(25, host.Ledger.Devices["GPU-0"].Baseline.Idle!.Value.Level.Value, 6);
        Assert.Equal(0, host.Booked(Category.Other), 6);
    }

    [Fact]
    public void Work_that_cannot_be_seen_is_unmetered()
    {
        var host = Warm(new Host());
        host.Start(10, "a", "GPU-0", unreadable: "its port is in another network namespace");
        host.Pass(20, new() { [Gpu0] = 31 }, cpu: new() { [10] = 0.01 });
        host.Pass(10, new() { [Gpu0] = 231 }, cpu: new() { [10] = 1 });

        Assert.Equal(2000, host.Booked(Category.Unmetered, "a"), 60.0);
        Assert.Equal(0, Active(host, "a"));
    }

    [Fact]
    public void A_runner_that_answers_late_holds_the_booking_back_until_it_is_known()
    {
        var host = Warm(new Host());
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(20, new() { [Gpu0] = 31 }, runners: Rest(id));
        var seen = host.At();
        var start = host.Ledger.Devices["GPU-0"].Measured.Value + (20 * Host.Tick);

        // Three seconds of prefill in which the runner does not answer: only energy is read.
        for (var i = 1; i <= 15; i++)
        {
            host.Apply(new LedgerEvent.DeviceRead(host.At(i * Host.Tick), Gpu0, Counter(start + (231 * i * Host.Tick))));
            host.Apply(new LedgerEvent.TickEnded(host.At(i * Host.Tick), seen));
        }

        var held = Active(host, "a");
        var end = host.At(3);
        host.Apply(new LedgerEvent.RunnerAnswered(end, id, new RunnerAnswer.Serving(
            [new RunnerSlot(true, 1, 2)], new RunnerCounters(4000, 0, 2.9, 0, 0))));
        host.Apply(new LedgerEvent.TickEnded(end, end));

        Assert.Equal(0, held);
        Assert.Equal(600, Active(host, "a"), 3.0);
        Assert.InRange(host.Booked(Category.Prompt, "a"), 560, 600);
    }

    [Fact]
    public void A_platform_meter_adds_what_the_others_do_not_see_and_nothing_twice()
    {
        var psys = new Device(DeviceKind.Platform, "psys", "rapl:psys");
        var host = new Host();
        host.Pass(60, new() { [Gpu0] = 20, [Cpu0] = 30, [psys] = 80 });

        var booked = host.Ledger.Devices.Values
            .Where(device => device.Device.Component is not null)
            .Sum(device => device.Accounts.Values.Sum(joules => joules.Value));
        Assert.Equal(80 * (60 - Host.Tick), booked, 1e-6);
        Assert.Equal(30 * (60 - Host.Tick), host.Booked(Category.Idle, device: Ledger.Rest), 1e-6);
    }

    [Fact]
    public void What_a_platform_meter_does_not_see_is_no_debt_for_ever()
    {
        // The GPU is not behind this psys: while it works, the others draw more than the whole.
        var psys = new Device(DeviceKind.Platform, "psys", "rapl:psys");
        var host = new Host();
        host.Pass(600, new() { [Gpu0] = 400, [Cpu0] = 30, [psys] = 80 });
        host.Pass(60, new() { [Gpu0] = 20, [Cpu0] = 30, [psys] = 80 });

        Assert.InRange(host.Ledger.Devices[Ledger.Rest.Id].Measured.Value, 30 * 15, 30 * 60);
    }

    [Fact]
    public void Idle_watts_that_the_operator_gave_are_the_rests_too()
    {
        var psys = new Device(DeviceKind.Platform, "psys", "rapl:psys");
        var host = new Host(Ledger.Empty with { IdleWatts = Ledger.Empty.IdleWatts.Add(Ledger.Rest.Id, new Watts(12)) });
        host.Pass(10, new() { [Cpu0] = 30, [psys] = 80 });

        Assert.Equal((new Watts(12), Confidence.Override), host.Ledger.Devices[Ledger.Rest.Id].Baseline.Idle);
    }

    [Fact]
    public void A_gpu_whose_processes_cannot_be_told_is_not_learned_from_while_something_uses_it()
    {
        var host = Warm(new Host());
        host.Pass(100, new() { [Gpu0] = 231 }, runners: h =>
            h.Apply(new LedgerEvent.GpuStateRead(h.At(), "GPU-0", new GpuState { UtilizationRatio = 0.9 })));

        Assert.Equal(20, host.Ledger.Devices["GPU-0"].Baseline.Idle!.Value.Level.Value, 6);
        Assert.Equal(211 * 100, host.Booked(Category.Other), 300.0);
    }

    [Fact]
    public void A_runner_that_says_nothing_any_more_is_unmetered_after_a_minute()
    {
        var host = Warm(new Host());
        host.Start(10, "a", "GPU-0");
        host.Pass(160, new() { [Gpu0] = 120 }, cpu: new() { [10] = 1 });

        Assert.Equal(60 * 100, host.Booked(Category.Load, "a"), 400.0);
        Assert.Equal(100 * 100, host.Booked(Category.Unmetered, "a"), 400.0);
    }

    [Fact]
    public void A_runner_that_was_out_of_sight_for_long_is_not_counted_from_its_birth_again()
    {
        var host = Warm(new Host());
        var id = Load(host, "a", 10, Gpu0, seconds: 3, watts: 60);
        Request(host, id, prefill: 1, generation: 5, prefillWatts: 250, generationWatts: 200);
        host.Pass(1, new() { [Gpu0] = 31 }, runners: Rest(id));
        var counted = host.Ledger.Models[ModelKey.OfName("a")].Tokens;
        var started = host.Ledger.Runners[id].Started;
        host.Apply(new LedgerEvent.RunnerGone(host.At(), id)).Pass(100, new() { [Gpu0] = 31 });
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a" }, started));
        host.Pass(1, new() { [Gpu0] = 31 }, runners: Rest(id));

        Assert.Equal(counted, host.Ledger.Models[ModelKey.OfName("a")].Tokens);
    }

    [Fact]
    public void Energy_waits_under_the_blob_until_the_name_is_known()
    {
        var host = Warm(new Host());
        var id = new RunnerId(10, 10);
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-x" }, host.At()));
        host.Pass(3, new() { [Gpu0] = 120 }, runners: h => h.Loading(id));
        var before = host.Booked(Category.Load, "sha256-x");
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-x", "x:latest", new ModelDetails(null, null, null)));

        Assert.Equal(300, before, 5.0);
        Assert.Equal(before, host.Booked(Category.Load, "x:latest"), 9);
        Assert.Equal(0, host.Booked(Category.Load, "sha256-x"));
        Assert.DoesNotContain(ModelKey.OfBlob("sha256-x"), host.Ledger.Models.Keys);
    }

    [Fact]
    public void A_gpu_that_cannot_be_read_has_no_state_and_an_ollama_that_is_down_no_models()
    {
        var host = Warm(new Host());
        host.Apply(new LedgerEvent.GpuStateRead(host.At(), "GPU-0", new GpuState { TemperatureCelsius = 60 }));
        host.Apply(new LedgerEvent.ModelsListed(host.At(), [new LoadedModel("a:latest", 10, 8)]));
        var before = host.Ledger;
        host.Apply(new LedgerEvent.DeviceRead(host.At(1), Gpu0, new Reading.Missing(MissingCause.Lost, "fell off the bus")));
        host.Apply(new LedgerEvent.OllamaChecked(host.At(1), Up: false, null));

        Assert.Equal(60, before.Gpus["GPU-0"].State.TemperatureCelsius);
        Assert.Single(before.Loaded);
        Assert.Null(host.Ledger.Gpus["GPU-0"].State.TemperatureCelsius);
        Assert.Empty(host.Ledger.Loaded);
    }

    [Fact]
    public void Models_beyond_the_most_are_booked_together()
    {
        var host = new Host();
        for (var i = 0; i < Ledger.MostModels + 5; i++)
        {
            host.Start(100 + i, $"m{i}:latest");
        }

        Assert.Equal(Ledger.MostModels + 1, host.Ledger.Models.Keys.Count(model => model.Named));
        Assert.Contains(ModelKey.Overflow, host.Ledger.Models.Keys);
    }

    [Fact]
    public void Joules_per_token_come_by_both_boundaries_and_only_when_there_is_enough_to_tell()
    {
        var host = Warm(new Host());
        var id = Load(host, "a", 10, Gpu0, seconds: 3, watts: 60);
        host.Pass(30, new() { [Gpu0] = 31 }, runners: Rest(id));
        var early = JoulesPerToken.Of(host.Ledger, ModelKey.OfName("a"));
        Request(host, id, prefill: 1, generation: 5, prefillWatts: 250, generationWatts: 200);
        host.Pass(10, new() { [Gpu0] = 31 }, runners: Rest(id));
        var ratio = JoulesPerToken.Of(host.Ledger, ModelKey.OfName("a"));

        Assert.Null(early);
        Assert.Equal((219 + (5 * 169)) / 300.0, ratio!.Active, 0.05);
        Assert.Equal(5 * 169 / 300.0, ratio.Generation, 0.25);
        Assert.Equal(219 / 500.0, ratio.Prompt!.Value, 0.15);

        // Everything this GPU drew was this model's or idle, so full is all of it.
        Assert.Equal(
            host.Ledger.Devices["GPU-0"].Measured.Value / 300.0,
            ratio.Full,
            0.05);
    }

    [Theory]
    [InlineData(0, 0, 0.001)]
    [InlineData(0.13, 0.02, 0.08)]
    public void The_error_of_joules_per_token_grows_with_the_counters_step(double step, double least, double most)
    {
        var host = new Host { Step = step };
        host.Pass(200, new() { [Gpu0] = 20 });
        var id = Load(host, "a", 10, Gpu0, seconds: 3, watts: 60);
        host.Pass(190, new() { [Gpu0] = 31 }, runners: Rest(id));
        for (var i = 0; i < 5; i++)
        {
            Request(host, id, prefill: 1, generation: 5, prefillWatts: 250, generationWatts: 200);
            host.Pass(4, new() { [Gpu0] = 31 }, runners: Rest(id));
        }

        Assert.InRange(JoulesPerToken.Of(host.Ledger, ModelKey.OfName("a"))!.Error, least, most);
    }

    [Fact]
    public void Those_who_share_a_processor_are_told_apart_without_doubt()
    {
        var host = new Host();
        host.Pass(200, new() { [Cpu0] = 20 }, cpu: new() { [0] = 0.01 });
        var id = host.Start(10, "a");
        var decoded = 0;
        host.Pass(10, new() { [Cpu0] = 100 }, cpu: new() { [10] = 7, [0] = 1 }, runners: h => h.Serving(id, Nothing, new RunnerSlot(true, 1, decoded += 12)));

        Assert.InRange(JoulesPerToken.Of(host.Ledger, ModelKey.OfName("a"))!.Error, 0, 0.01);
    }

    [Fact]
    public void Coverage_says_how_much_of_ollamas_energy_has_its_tokens_counted()
    {
        var host = Warm(new Host());
        var id = Load(host, "a", 10, Gpu0, seconds: 3, watts: 60);
        Request(host, id, prefill: 1, generation: 5, prefillWatts: 250, generationWatts: 200);

        Assert.Equal(1, Coverage.Of(host.Ledger)!.Value, 9);
    }

    private static Host Warm(Host host) => host.Pass(30, new() { [Gpu0] = 20 });

    private static RunnerId Load(Host host, string model, int pid, Device gpu, double seconds, double watts)
    {
        var id = host.Start(pid, model, gpu.Id);
        host.Pass(seconds, new() { [gpu] = watts }, runners: h => h.Loading(id));
        return id;
    }

    /// <summary>One request at 60 tokens a second; the counters move as a runner's do.</summary>
    private static void Request(
        Host host, RunnerId id, double prefill, double generation, double prefillWatts, double generationWatts)
    {
        var decoded = 0;
        var task = (long)(host.Now * 1000);
        var before = host.Counters;
        host.Pass(prefill, new() { [Gpu0] = prefillWatts }, runners: h =>
            h.Serving(id, before, new RunnerSlot(true, task, 0)));
        var after = before with { PromptTokens = before.PromptTokens + 500, PromptSeconds = before.PromptSeconds + prefill };
        host.Pass(generation, new() { [Gpu0] = generationWatts }, runners: h =>
            h.Serving(id, after, new RunnerSlot(true, task, decoded += 12)));
        host.Counters = after with
        {
            GeneratedTokens = after.GeneratedTokens + decoded,
            GenerationSeconds = after.GenerationSeconds + generation,
        };
    }

    private static Action<Host> Rest(RunnerId id) => host => host.Serving(id, host.Counters);

    private static Func<int, (RunnerCounters, RunnerSlot[])> Idle() => _ => (Nothing, []);

    private static double Active(Host host, string model) =>
        host.Booked(Category.Prompt, model) + host.Booked(Category.Generation, model);

    private static Reading.Counter Counter(double joules) => new(new Joules(joules)) { MostPower = new Watts(2000) };
}
