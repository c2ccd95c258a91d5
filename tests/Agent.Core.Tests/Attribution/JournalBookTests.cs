using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;

namespace Agent.Core.Tests.Attribution;

public sealed class JournalBookTests
{
    private static readonly Device Gpu0 = Host.Gpu("GPU-0");

    [Fact]
    public void A_task_after_the_last_answer_of_a_runner_that_ended_is_counted_from_the_log()
    {
        var host = Host0();
        var id = Counting(host, "a", 10);
        host.Pass(0.4, Idle);
        Log(host, task: 5, prompt: 12, generated: 30, seconds: 0.2);
        host.Apply(new LedgerEvent.RunnerGone(host.At(), id));
        host.Pass(20, Idle);

        Assert.Equal(new TokenCounts(12, 0, 30), Tokens(host, "a"));
        Assert.Equal(TokenSource.Runner, host.Ledger.Models[ModelKey.OfName("a")].Source);
    }

    [Fact]
    public void Of_a_task_that_ran_at_the_last_answer_only_the_rest_is_added()
    {
        var host = Host0();
        var id = Counting(host, "a", 10);
        host.Pass(1, Idle, runners: h => h.Serving(id, new(12, 0, 0.1, 0, 0), new RunnerSlot(true, 5, 20, 12)));
        host.Pass(0.4, Idle);
        Log(host, task: 5, prompt: 12, generated: 30, seconds: 1);
        host.Apply(new LedgerEvent.RunnerGone(host.At(), id));
        host.Pass(20, Idle);

        Assert.Equal(new TokenCounts(12, 0, 30), Tokens(host, "a"));
    }

    [Fact]
    public void A_runner_that_shows_its_counters_needs_no_log()
    {
        var host = Host0();
        var id = Counting(host, "a", 10);
        Log(host, task: 5, prompt: 12, generated: 30, seconds: 0.2);
        host.Pass(1, Idle, runners: h => h.Serving(id, new(12, 0, 0.1, 30, 0.2)));
        host.Apply(new LedgerEvent.RunnerGone(host.At(), id));
        host.Pass(20, Idle);

        Assert.Equal(new TokenCounts(12, 0, 30), Tokens(host, "a"));
    }

    [Fact]
    public void A_runner_without_counters_is_corrected_while_it_lives()
    {
        var host = Host0();
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(2, Idle, runners: h => h.Answer(id, new RunnerAnswer.Serving([new RunnerSlot(true, 5, 20, 12)], null)));
        Log(host, task: 5, prompt: 12, generated: 26, seconds: 1);
        host.Pass(20, Idle, runners: h => h.Answer(id, new RunnerAnswer.Serving([default], null)));

        Assert.Equal(new TokenCounts(12, 0, 26), Tokens(host, "a"));
        Assert.Equal(TokenSource.Slots, host.Ledger.Models[ModelKey.OfName("a")].Source);
    }

    [Fact]
    public void A_runner_that_may_not_be_read_is_counted_by_the_log_and_by_the_proxy_where_there_is_one()
    {
        var host = Host0();
        host.Start(10, "a", "GPU-0", unreadable: "test");
        Log(host, task: 5, prompt: 12, generated: 26, seconds: 1);
        host.Pass(20, Idle);

        Assert.Equal(new TokenCounts(12, 0, 26), Tokens(host, "a"));
        Assert.Equal(TokenSource.Journal, host.Ledger.Models[ModelKey.OfName("a")].Source);

        var proxied = Host0(Ledger.Empty with { Proxied = [""] });
        proxied.Start(10, "a", "GPU-0", unreadable: "test");
        Log(proxied, task: 5, prompt: 12, generated: 26, seconds: 1);
        proxied.Pass(20, Idle);

        Assert.Equal(default, Tokens(proxied, "a"));
    }

    [Fact]
    public void A_task_that_two_runners_may_have_done_is_counted_for_none_and_said()
    {
        var host = Host0();
        host.Start(10, "a", "GPU-0", unreadable: "test");
        host.Start(11, "b", "GPU-0", unreadable: "test");
        Log(host, task: 5, prompt: 12, generated: 26, seconds: 1);
        host.Pass(20, Idle);

        Assert.Equal(1, host.Ledger.Journal.Ambiguous);
        Assert.Equal(default, Tokens(host, "a") + Tokens(host, "b"));
    }

    [Fact]
    public void Of_two_runners_the_one_whose_slot_showed_the_task_did_it()
    {
        var host = Host0();
        var a = host.Start(10, "a", "GPU-0");
        host.Start(11, "b", "GPU-0", unreadable: "test");
        host.Pass(2, Idle, runners: h => h.Answer(a, new RunnerAnswer.Serving([new RunnerSlot(true, 5, 20, 12)], null)));
        Log(host, task: 5, prompt: 12, generated: 26, seconds: 1);
        host.Pass(20, Idle);

        Assert.Equal(26, Tokens(host, "a").Generated);
        Assert.Equal(0, host.Ledger.Journal.Ambiguous);
    }

    [Fact]
    public void A_runner_that_lived_between_two_looks_is_known_by_its_load()
    {
        var host = Host0();
        var before = host.Start(10, "a", "GPU-0");
        host.Apply(new LedgerEvent.RunnerGone(host.At(), before));
        host.Pass(60, Idle);
        host.Apply(new LedgerEvent.LoadLogged(host.At(0.3), "sha256-a", TimeSpan.FromSeconds(0.25)));
        Log(host, task: 0, prompt: 12, generated: 3, seconds: 0.01, offset: 0.4);
        host.Pass(20, Idle);

        Assert.Equal(new TokenCounts(12, 0, 3), Tokens(host, "a"));
        Assert.Equal(1, host.Ledger.Models[ModelKey.OfName("a")].Loads);
        Assert.Equal(0.25, host.Ledger.Models[ModelKey.OfName("a")].LoadSeconds, 9);
    }

    [Fact]
    public void A_load_that_was_seen_is_not_counted_again()
    {
        var host = Host0();
        var id = host.Start(10, "a", "GPU-0");
        host.Pass(2, Idle, runners: h => h.Loading(id));
        host.Pass(1, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        host.Apply(new LedgerEvent.LoadLogged(host.At(-0.9), "sha256-a", TimeSpan.FromSeconds(2)));
        host.Pass(20, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));

        Assert.Equal(1, host.Ledger.Models[ModelKey.OfName("a")].Loads);
    }

    [Fact]
    public void What_was_done_before_the_agent_started_is_not_counted()
    {
        var host = Host0();
        host.Start(10, "a", "GPU-0", unreadable: "test");
        Log(host, task: 5, prompt: 12, generated: 26, seconds: 1, offset: -100);
        host.Pass(20, Idle);

        Assert.Equal(1, host.Ledger.Journal.BeforeStart);
        Assert.Equal(default, Tokens(host, "a"));
    }

    private static Dictionary<Device, double> Idle => new() { [Gpu0] = 20 };

    private static Host Host0(Ledger? start = null)
    {
        var host = new Host(start);
        return host.Pass(20, Idle);
    }

    private static RunnerId Counting(Host host, string model, int pid)
    {
        var id = host.Start(pid, model, "GPU-0");
        host.Pass(2, Idle, runners: h => h.Serving(id, new(0, 0, 0, 0, 0)));
        return id;
    }

    private static void Log(Host host, long task, long prompt, long generated, double seconds, double offset = 0) => host.Apply(
        new LedgerEvent.TaskLogged(host.At(offset), new TaskTimings(0, task, prompt, seconds / 10, generated, seconds * 0.9)));

    private static TokenCounts Tokens(Host host, string model) =>
        host.Ledger.Models.GetValueOrDefault(ModelKey.OfName(model), ModelTotals.None).Tokens;
}
