using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Reports;

namespace Agent.Core.Tests.Attribution;

public sealed class RequestBookingTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");
    private static readonly ModelKey A = ModelKey.OfName("a");
    private static readonly Usage Told = new()
    {
        Quality = UsageQuality.Exact,
        Prompt = 20,
        Cached = 8,
        Generated = 100,
        PromptEvaluation = TimeSpan.FromSeconds(1),
        Generation = TimeSpan.FromSeconds(10),
    };

    private long _requests;

    private static Dictionary<Device, double> Idle => new() { [Gpu0] = 20 };

    [Fact]
    public void Where_no_runner_can_be_read_the_proxy_counts_tokens_and_books_the_joules_by_phase()
    {
        var host = Started(out _, unreadable: "test");
        var request = Begin(host);
        host.Pass(1, new() { [Gpu0] = 120 }, cpu: Working);
        host.Apply(new LedgerEvent.RequestProgressed(host.At(), request.Id, 1));
        host.Pass(10, new() { [Gpu0] = 220 }, cpu: Working);
        Finish(host, request, seconds: 11, Told);
        host.Pass(40, Idle);

        Assert.Equal(new TokenCounts(12, 8, 100), host.Ledger.Models[A].Tokens);
        Assert.Equal(TokenSource.Proxy, host.Ledger.Models[A].Source);
        Assert.Equal(100, host.Booked(Category.Prompt, "a"), 3.0);
        Assert.Equal(2000, host.Booked(Category.Generation, "a"), 3.0);
        Assert.Equal(0, host.Booked(Category.Unmetered), 3.0);
        Assert.Equal(new PhaseSeconds(0, 1, 10, 0), host.Ledger.Models[A].Slots with { Load = 0 });
    }

    [Fact]
    public void Where_the_runner_is_read_the_proxy_adds_no_token()
    {
        var host = Started(out var id);
        var request = Begin(host);
        host.Pass(11, new() { [Gpu0] = 220 }, runners: h => h.Serving(id, new(12, 8, 1, 0, 0), new RunnerSlot(true, 0, 50, 12)));
        host.Pass(1, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));
        Finish(host, request, seconds: 12, Told);
        host.Pass(80, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));

        Assert.Equal(new TokenCounts(12, 8, 100), host.Ledger.Models[A].Tokens);
        Assert.Equal(TokenSource.Runner, host.Ledger.Models[A].Source);
        Assert.Equal(1, host.Ledger.Requests.Totals[A].Counts[(InferenceApi.Ollama, RequestOutcome.Ok, UsageQuality.Exact)]);
    }

    [Fact]
    public void A_request_that_ends_before_its_runner_is_found_and_named_waits_for_both()
    {
        var host = new Host();
        host.Pass(20, Idle);
        var request = Begin(host);
        host.Pass(0.4, Idle);
        Finish(host, request, seconds: 0.4, Told);
        host.Pass(0.6, Idle);
        var id = new RunnerId(10, 10);
        var runner = new Runner { Id = id, Blob = "sha256-a" };
        host.Apply(new LedgerEvent.RunnerFound(host.At(), runner, host.At(-0.9)));
        host.Pass(30, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));
        host.Apply(new LedgerEvent.ModelNamed(host.At(), "sha256-a", "a", new ModelDetails(null, null, null)));
        host.Pass(80, Idle, runners: h => h.Serving(id, new(12, 8, 1, 100, 10)));

        Assert.Equal(new TokenCounts(12, 8, 100), host.Ledger.Models[A].Tokens);
    }

    [Fact]
    public void Tokens_move_while_they_are_generated_and_the_end_makes_them_exact()
    {
        var host = Started(out _, unreadable: "test");
        var request = Begin(host);
        for (var i = 1; i <= 50; i++)
        {
            host.Pass(0.4, new() { [Gpu0] = 220 });
            host.Apply(new LedgerEvent.RequestProgressed(host.At(), request.Id, i * 2));
        }

        host.Pass(0.2, Idle);
        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
        Assert.Equal(19.6, host.Ledger.Models[A].Slots.Generation, 6);

        Finish(host, request, seconds: 20.2, Told with { Generated = 103, Generation = TimeSpan.FromSeconds(19.9) });
        host.Pass(20, Idle);

        Assert.Equal(103, host.Ledger.Models[A].Tokens.Generated);
        Assert.Equal(19.8, host.Ledger.Models[A].Slots.Generation, 1);
        Assert.False(host.Ledger.Models[A].Estimated);
    }

    [Fact]
    public void An_aborted_requests_tokens_count_as_estimated()
    {
        var host = Started(out _, unreadable: "test");
        var request = Begin(host);
        host.Pass(2, new() { [Gpu0] = 220 });
        Finish(host, request, seconds: 2, new Usage { Quality = UsageQuality.Estimated, Generated = 17 }, RequestOutcome.Aborted);
        host.Pass(20, Idle);

        Assert.Equal(17, host.Ledger.Models[A].Tokens.Generated);
        Assert.True(host.Ledger.Models[A].Estimated);
    }

    [Fact]
    public void Names_that_ollama_does_not_know_and_cloud_models_are_no_models()
    {
        var host = Started(out _, unreadable: "test");
        Finish(host, Begin(host, "typo"), seconds: 0.1, Usage.Missing, RequestOutcome.Error, served: false);
        Finish(host, Begin(host, "big:cloud"), seconds: 0.1, Told, remote: true);
        host.Pass(20, Idle);

        Assert.Equal([A, ModelKey.Cloud, ModelKey.Unknown], host.Ledger.Requests.Totals.Keys.Append(A).Order(
            Comparer<ModelKey>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value))));
        Assert.Equal([A], host.Ledger.Models.Keys);
    }

    [Fact]
    public void A_request_by_another_name_of_the_model_is_the_models()
    {
        var host = Started(out _, unreadable: "test");
        host.Apply(new LedgerEvent.ModelAliased(host.At(), "nick", "sha256-a"));
        Finish(host, Begin(host, "nick"), seconds: 0.1, Told);
        host.Pass(20, Idle);

        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
        Assert.Equal([A], host.Ledger.Requests.Totals.Keys);
    }

    [Fact]
    public void What_comes_before_the_first_token_waits_no_longer_than_half_a_minute()
    {
        var host = Started(out _, unreadable: "test");
        Begin(host);
        host.Pass(29, new() { [Gpu0] = 120 });
        Assert.Equal(0, host.Booked(Category.Prompt, "a"), 6);

        host.Pass(31, new() { [Gpu0] = 120 });
        Assert.Equal(30 * 100, host.Booked(Category.Prompt, "a"), 50.0);
    }

    [Fact]
    public void A_model_that_was_not_there_is_loaded_by_its_first_request()
    {
        var host = new Host();
        host.Pass(20, Idle);
        var request = Begin(host);
        host.Pass(5, new() { [Gpu0] = 70 });
        host.Apply(new LedgerEvent.RequestProgressed(host.At(), request.Id, 1));
        host.Pass(10, new() { [Gpu0] = 220 });
        Finish(host, request, seconds: 15, Told);
        host.Pass(40, Idle);

        Assert.Equal(4, host.Ledger.Models[A].Slots.Load, 6);
        Assert.Equal(5 * 50, host.Booked(Category.Load, "a") + host.Booked(Category.Prompt, "a"), 3.0);
        Assert.Equal(10 * 200, host.Booked(Category.Generation, "a"), 3.0);
    }

    [Fact]
    public void Requests_at_once_are_one_busy_time()
    {
        var host = Started(out _, unreadable: "test");
        Request[] both = [Begin(host), Begin(host)];
        host.Pass(11, new() { [Gpu0] = 220 });
        foreach (var request in both)
        {
            Finish(host, request, seconds: 11, Told);
        }

        host.Pass(20, Idle);

        Assert.Equal(20, host.Ledger.Models[A].Slots.Generation, 6);
        Assert.Equal(10, host.Ledger.Models[A].Busy.Generation, 6);
    }

    [Fact]
    public void Without_joules_of_its_own_a_model_has_no_joules_per_token()
    {
        var host = Started(out _, unreadable: "test");
        host.Apply(new LedgerEvent.TaskLogged(host.At(), new TaskTimings(0, 1, 10, 1, 100, 10)));
        host.Pass(20, new() { [Gpu0] = 220 }, cpu: Working);

        Assert.Equal(100, host.Ledger.Models[A].Tokens.Generated);
        Assert.Null(JoulesPerToken.Of(host.Ledger, A));
    }

    private static Dictionary<int, double> Working => new() { [10] = 1 };

    /// <summary>An idle host with one model in memory.</summary>
    private static Host Started(out RunnerId id, string? unreadable = null)
    {
        var host = new Host();
        host.Pass(20, Idle);
        var runner = id = host.Start(10, "a", "GPU-0", unreadable);
        return host.Pass(20, Idle, runners: h => _ = unreadable is null ? Rest(h, runner) : h);
    }

    private static Host Rest(Host host, RunnerId id)
    {
        host.Serving(id, new(0, 0, 0, 0, 0));
        return host;
    }

    private Request Begin(Host host, string model = "a")
    {
        var request = new Request(new RequestId(++_requests), "", model, InferenceApi.Ollama, Embedding: false);
        host.Apply(new LedgerEvent.RequestStarted(host.At(), request));
        return request;
    }

    private static void Finish(
        Host host,
        Request request,
        double seconds,
        Usage usage,
        RequestOutcome outcome = RequestOutcome.Ok,
        bool served = true,
        bool remote = false) =>
        host.Apply(new LedgerEvent.RequestEnded(
            host.At(), request, new RequestEnd(host.At(-seconds), null, outcome, served, remote, usage)));
}
