using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;

namespace Agent.Core.Tests.Attribution;

public sealed class OneSourceTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");
    private static readonly Usage Told = new()
    {
        Quality = UsageQuality.Exact,
        Prompt = 20,
        Cached = 8,
        Generated = 100,
        PromptEvaluation = TimeSpan.FromSeconds(1),
        Generation = TimeSpan.FromSeconds(10),
    };
    private static Dictionary<Device, double> Idle => new() { [Gpu0] = 20 };
    private static readonly ModelKey A = ModelKey.OfName("a");
    private long _n;

    private Request Begin(Host host, string model = "a", bool embed = false)
    {
        var request = new Request(new RequestId(++_n), "", model, InferenceApi.Ollama, embed, Remote: model.EndsWith("-cloud", StringComparison.Ordinal));
        host.Apply(new LedgerEvent.RequestStarted(host.At(), request));
        return request;
    }

    private static void Finish(Host host, Request request, double seconds, Usage usage, bool served = true, bool remote = false) =>
        host.Apply(new LedgerEvent.RequestEnded(host.At(), request, new RequestEnd(host.At(-seconds), null, RequestOutcome.Ok, served, remote, usage)));

    [Fact]
    public void Counters_without_slots_count_alone()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var id = host.Start(10, "a", "GPU-0");
        void Ans(RunnerCounters c) => host.Answer(id, new RunnerAnswer.Serving(null, c));
        host.Pass(5, Idle, runners: _ => Ans(new(0, 0, 0, 0, 0)));
        var r = Begin(host);
        host.Pass(11, new() { [Gpu0] = 220 }, runners: _ => Ans(new(0, 0, 0, 0, 0)));
        host.Pass(1, Idle, runners: _ => Ans(new(12, 8, 1, 100, 10)));
        Finish(host, r, 12, Told);
        host.Pass(80, Idle, runners: _ => Ans(new(12, 8, 1, 100, 10)));
        Assert.Equal(new TokenCounts(12, 8, 100), host.Ledger.Models[A].Tokens);
    }

    [Fact]
    public void What_the_proxy_counted_before_the_runner_could_be_read_is_not_counted_again()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var id = host.Start(10, "a", "GPU-0", "unclear server");
        host.Pass(5, Idle);
        var r = Begin(host);
        host.Pass(11, new() { [Gpu0] = 220 });
        Finish(host, r, 11, Told);
        host.Pass(30, Idle);
        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a" }, host.At(-46)));
        host.Pass(30, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));
        Assert.Equal(new TokenCounts(12, 8, 100), host.Ledger.Models[A].Tokens);
    }

    [Fact]
    public void What_the_log_counted_before_the_runner_could_be_read_is_not_counted_again()
    {
        var host = new Host();
        host.Pass(20, Idle);
        var id = host.Start(10, "a", "GPU-0", "unclear server");
        host.Pass(5, Idle);
        host.Apply(new LedgerEvent.TaskLogged(host.At(), new TaskTimings(0, 1, 12, 1, 100, 10)));
        host.Pass(30, Idle);
        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a" }, host.At(-35)));
        host.Pass(30, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));
        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
    }

    [Fact]
    public void What_the_proxy_counted_live_is_not_counted_again_by_a_runner_that_can_be_read_since()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(5, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        // server becomes unclear
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a", Unreadable = "x" }, host.At(-5)));
        var r = Begin(host);
        for (var i = 0; i < 40; i++) { host.Pass(0.4, new() { [Gpu0] = 220 }); host.Apply(new LedgerEvent.RequestProgressed(host.At(), r.Id, i * 2)); }
        host.Pass(0.2, Idle);
        var live = host.Ledger.Models[A].Tokens.Generated;
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a" }, host.At(-21)));
        host.Pass(1, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));
        Finish(host, r, 17, Told);
        host.Pass(80, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));
        // What came between the last piece and the first look at the runner is missing: less, not twice.
        Assert.Equal(78, live);
        Assert.InRange(host.Ledger.Models[A].Tokens.Generated, 78, 100);
    }

    [Fact]
    public void A_cloud_models_stream_takes_no_joules_from_the_model_that_works_here()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(10, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        var r = Begin(host, "gpt-oss:120b-cloud");
        host.Apply(new LedgerEvent.RequestProgressed(host.At(), r.Id, 1));
        host.Pass(20, new() { [Gpu0] = 220 }, runners: h => h.Serving(id, new(12, 8, 1, 0, 0), new RunnerSlot(true, 0, 50, 12)));
        Finish(host, r, 20, Told, remote: true);
        host.Pass(20, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));
        Assert.DoesNotContain(host.Ledger.Devices.Values.SelectMany(device => device.Accounts.Keys), account => account.Model is { Named: true } model && model != A);
        Assert.Equal(4000, host.Booked(Category.Generation, "a"), 50.0);
    }

    [Fact]
    public void Names_of_requests_that_ollama_never_served_get_no_account()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var rs = Enumerable.Range(0, 300).Select(i => Begin(host, $"secret-prompt-{i}:latest")).ToArray();
        host.Pass(40, new() { [Gpu0] = 60 });
        foreach (var r in rs) { Finish(host, r, 40, Usage.Missing, served: false); }
        host.Pass(80, Idle);
        Assert.Equal(0, host.Ledger.Devices.Values.SelectMany(d => d.Accounts.Keys).Count(a => a.Model is { Named: true }));
    }

    [Fact]
    public void More_requests_than_can_be_followed_are_not_taken_for_quiet()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        for (var t = 0; t < 600; t++)
        {
            for (var i = 0; i < 20; i++)
            {
                var r = Begin(host, "a", embed: true);
                host.Apply(new LedgerEvent.RequestEnded(host.At(0.19), r, new RequestEnd(host.At(), null, RequestOutcome.Ok, true, false, new Usage { Quality = UsageQuality.Exact, Prompt = 10, Generated = 0 })));
            }
            host.Pass(0.2, new() { [Gpu0] = 220 });
        }
        var idle = host.Booked(Category.Idle);
        host.Pass(40, Idle);
        Assert.Equal(24000, host.Booked(Category.Embedding, "a") + host.Booked(Category.Load, "a"), 50.0);
        Assert.Equal(2800, idle, 50.0);
    }

    [Fact]
    public void Where_the_proxy_counts_the_log_does_not()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-a", "a", new ModelDetails(null, null, null)));
        var r = Begin(host);
        host.Pass(1, Idle);
        host.Apply(new LedgerEvent.LoadLogged(host.At(), "sha256-a", TimeSpan.FromSeconds(0.5)));
        host.Pass(11, Idle);
        host.Apply(new LedgerEvent.TaskLogged(host.At(), new TaskTimings(0, 1, 12, 1, 100, 10)));
        Finish(host, r, 12, Told);
        host.Pass(80, Idle);
        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
    }

    [Fact]
    public void A_line_of_the_log_that_cannot_be_true_does_no_harm()
    {
        var host = new Host();
        host.Pass(20, Idle);
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(1, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        host.Apply(new LedgerEvent.TaskLogged(host.At(), new TaskTimings(0, 1, 12, 1e20, 100, 10)));
        host.Pass(20, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
    }

    [Fact]
    public void A_runner_that_ended_before_it_had_a_name_still_counts_alone()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var r = Begin(host);
        var id = new RunnerId(10, 10);
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a" }, host.At()));
        host.Pass(2, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 1)));
        Finish(host, r, 2, Told);
        host.Apply(new LedgerEvent.RunnerGone(host.At(), id));
        host.Pass(100, Idle);
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-a", "a", new ModelDetails(null, null, null)));
        host.Pass(10, Idle);
        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
    }

    [Fact]
    public void A_runner_without_a_name_does_not_take_another_models_tokens()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var id = new RunnerId(10, 10);
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-never" }, host.At()));
        host.Start(11, "a", "GPU-0", "MLX");
        host.Pass(5, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        var r = Begin(host);
        host.Pass(11, new() { [Gpu0] = 220 }, cpu: new() { [11] = 1 }, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        Finish(host, r, 11, Told);
        host.Pass(100, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
    }

    [Fact]
    public void A_request_whose_runner_was_read_in_part_is_not_counted_by_the_proxy_too()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(5, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        var r = Begin(host);
        host.Pass(10, new() { [Gpu0] = 220 }, runners: h => h.Serving(id, new(12, 8, 1, 0, 0), new RunnerSlot(true, 0, 90, 12)));
        host.Apply(new LedgerEvent.RunnerFound(host.At(), new Runner { Id = id, Blob = "sha256-a", Unreadable = "two servers" }, host.At(-15)));
        host.Pass(1, new() { [Gpu0] = 220 });
        Finish(host, r, 11, Told);
        host.Pass(80, Idle);
        Assert.Equal(new TokenCounts(12, 8, 90), host.Ledger.Models[A].Tokens);
    }

    [Fact]
    public void Joules_of_more_models_than_are_told_apart_go_to_other()
    {
        var host = new Host(Ledger.Empty with { Proxied = [""] });
        host.Pass(20, Idle);
        for (var i = 0; i < 150; i++)
        {
            var r = Begin(host, $"m{i}:latest");
            host.Apply(new LedgerEvent.RequestProgressed(host.At(), r.Id, 1));
            host.Pass(1, new() { [Gpu0] = 220 });
            Finish(host, r, 1, Told);
        }
        host.Pass(80, Idle);
        // Those that ran at the moment when the limit was reached have a name of their own.
        var named = host.Ledger.Devices.Values.SelectMany(device => device.Accounts.Keys).Select(account => account.Model).Distinct();
        Assert.InRange(named.Count(model => model is { Named: true }), 100, 120);
    }

}
