using System.Net;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Ollama;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Ollama;

public sealed class RunnerPollerTests : IAsyncDisposable
{
    private const string Blob = "sha256-e4f7528ccce179127ec123af261b7305807ecbe2005b4c8750d4b0e385e7a323";
    private const int Pid = 200;

    private readonly ProcfsFixture _procfs = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MonotonicClock _clock;
    private readonly RunnerPoller _poller;
    private readonly List<string> _asked = [];
    private LoopbackServer? _runner;
    private TaskCompletionSource _slotsMayAnswer = new();
    private Func<string, (int, string)> _answer = Resting;

    public RunnerPollerTests()
    {
        _clock = new MonotonicClock(_time);
        _poller = Poller(new OllamaConfig());
        _slotsMayAnswer.SetResult();
        _procfs.AddServer();
    }

    public async ValueTask DisposeAsync()
    {
        _slotsMayAnswer.TrySetResult();
        _poller.Dispose();
        if (_runner is not null)
        {
            await _runner.DisposeAsync();
        }

        _procfs.Dispose();
    }

    [Fact]
    public async Task A_resting_runner_is_found_and_read_in_the_first_round()
    {
        await AddRunnerAsync(startTicks: 99_000); // 990 s after boot, which is 1000 s ago

        var round = await PollAsync();

        var found = Assert.Single(round.Events.OfType<LedgerEvent.RunnerFound>());
        Assert.Equal(new Runner { Id = new RunnerId(Pid, 99_000), Blob = Blob }, found.Runner);
        Assert.Equal(-10, found.Started.SinceOrigin.TotalSeconds, 0.1);
        Assert.Equal(new RunnerSlot(false, 7, 0), Assert.Single(Serving(round).Slots!.Value));
        Assert.Equal(new RunnerCounters(21, 0, 0.1, 60, 0.65), Serving(round).Counters);
        Assert.False(round.Active);
        Assert.Equal(round.Events.Max(happened => happened.At), round.Settled);
        Assert.Equal(["/metrics", "/slots"], _asked);
    }

    [Fact]
    public async Task A_slow_answer_holds_back_what_is_settled_and_comes_in_a_later_round()
    {
        await AddRunnerAsync();
        var first = await PollAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        _slotsMayAnswer = new TaskCompletionSource();

        var waiting = await PollAsync();
        await AskedAsync(4); // two questions, the second waits for its slots
        _time.Advance(TimeSpan.FromSeconds(1));
        var stillWaiting = await PollAsync();

        Assert.All([waiting, stillWaiting], round =>
        {
            Assert.Empty(round.Events.OfType<LedgerEvent.RunnerAnswered>());
            Assert.Equal(Answered(first).At, round.Settled);
            Assert.True(round.Active);
        });
        await AskedAsync(4);

        _time.Advance(TimeSpan.FromSeconds(1));
        var freed = _clock.Now;
        _slotsMayAnswer.SetResult();
        var late = await PollUntilAsync(round => round.Events.OfType<LedgerEvent.RunnerAnswered>().Any());
        Assert.All(late.Events.OfType<LedgerEvent.RunnerAnswered>(), answer => Assert.True(answer.At >= freed));
        Assert.True(late.Settled >= freed);
    }

    [Fact]
    public async Task A_silent_runner_holds_back_what_is_settled_by_half_a_minute_at_most()
    {
        await AddRunnerAsync();
        _slotsMayAnswer = new TaskCompletionSource();
        await PollAsync();
        _time.Advance(TimeSpan.FromSeconds(100));

        var before = _clock.Now;
        var round = await PollAsync();

        Assert.Equal(before - TimeSpan.FromSeconds(30), round.Settled);
    }

    [Fact]
    public async Task A_loading_runner_is_loading_until_it_serves_and_then_its_roster_changes()
    {
        _answer = _ => (503, RunnerText.Loading);
        await AddRunnerAsync();

        var loading = await PollAsync();
        Assert.IsType<RunnerAnswer.Loading>(Answered(loading).Answer);
        Assert.True(loading.Active);
        await _poller.Rosters[""].ChangedAsync(TestContext.Current.CancellationToken);

        _answer = Resting;
        Serving(await PollAsync());
        await _poller.Rosters[""].ChangedAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Blob, Assert.Single(_poller.Rosters[""].Runners).Blob);
    }

    [Fact]
    public async Task A_runner_that_has_not_opened_its_port_is_loading_and_not_asked()
    {
        await AddRunnerAsync(listens: false);

        var round = await PollAsync();

        Assert.Null(Assert.Single(round.Events.OfType<LedgerEvent.RunnerFound>()).Runner.Unreadable);
        Assert.IsType<RunnerAnswer.Loading>(Answered(round).Answer);
        Assert.Empty(_asked);

        _procfs.Listen(IPAddress.Loopback, _runner!.Port, ProcfsFixture.OllamaUser, inode: 5);
        Serving(await PollAsync());
    }

    [Fact]
    public async Task A_runner_that_never_opens_its_port_is_given_up_after_a_minute()
    {
        await AddRunnerAsync(listens: false);
        await PollAsync();
        _time.Advance(TimeSpan.FromSeconds(61));

        var round = await PollAsync();

        Assert.Contains("does not listen", Assert.Single(round.Events.OfType<LedgerEvent.RunnerFound>()).Runner.Unreadable, StringComparison.Ordinal);
        Assert.False(round.Active);
    }

    [Fact]
    public async Task Counters_that_are_switched_off_are_null_and_not_asked_for_again()
    {
        _answer = path => path == "/metrics" ? (501, RunnerText.Off) : Resting(path);
        await AddRunnerAsync();

        Assert.Null(Serving(await PollAsync()).Counters);
        Assert.Null(Serving(await PollAsync()).Counters);

        Assert.Equal(["/metrics", "/slots", "/slots"], _asked);
    }

    [Fact]
    public async Task Slots_that_are_switched_off_are_null_and_counters_that_grow_are_activity()
    {
        var generated = 60;
        _answer = path => path == "/slots" ? (501, RunnerText.Off) : (200, RunnerText.Metrics(21, 0.1, generated, 0.65));
        await AddRunnerAsync();
        var first = await PollAsync();
        var resting = await PollAsync();
        generated = 80;
        var grown = await PollAsync();

        Assert.Null(Serving(first).Slots);
        Assert.Equal([false, false, true], new[] { first, resting, grown }.Select(round => round.Active));
    }

    [Fact]
    public async Task A_busy_slot_is_activity()
    {
        _answer = path => path == "/slots" ? (200, RunnerText.Slots(busy: true, task: 3, decoded: 12)) : Resting(path);
        await AddRunnerAsync();

        var round = await PollAsync();

        Assert.True(round.Active);
        Assert.Equal(new RunnerSlot(true, 3, 12), Assert.Single(Serving(round).Slots!.Value));
    }

    [Fact]
    public async Task An_answer_that_makes_no_sense_is_no_answer()
    {
        await AddRunnerAsync();
        var first = await PollAsync();
        _answer = path => path == "/slots" ? (200, """[{"id":0,"is_proc""") : Resting(path);

        _time.Advance(TimeSpan.FromSeconds(1));
        var garbage = await PollAsync();
        _answer = Resting;
        var again = await PollAsync();

        Assert.Empty(garbage.Events.OfType<LedgerEvent.RunnerAnswered>());
        Assert.Empty(garbage.Events.OfType<LedgerEvent.RunnerGone>());
        Assert.Equal(Answered(first).At, garbage.Settled);
        Serving(again);
        Assert.Equal(_clock.Now, again.Settled);
    }

    [Fact]
    public async Task A_runner_whose_process_ended_is_gone_though_it_owes_an_answer()
    {
        await AddRunnerAsync();
        await PollAsync();
        _slotsMayAnswer = new TaskCompletionSource();
        await PollAsync();
        _procfs.RemoveRunner(Pid);

        var round = await PollAsync();

        Assert.Equal(Pid, Assert.Single(round.Events.OfType<LedgerEvent.RunnerGone>()).Runner.Pid);
        Assert.Empty(_poller.Rosters[""].Runners);
        Assert.Empty((await PollAsync()).Events.OfType<LedgerEvent.RunnerAnswered>());
    }

    [Fact]
    public async Task A_dead_runner_whose_server_has_not_noticed_is_gone()
    {
        await AddRunnerAsync();
        await PollAsync();
        _procfs.SetStat(Pid, ProcfsFixture.ServerPid, 90_000, cpuTicks: 5, state: 'Z');

        Assert.Single((await PollAsync()).Events.OfType<LedgerEvent.RunnerGone>());
    }

    [Fact]
    public async Task A_process_id_that_is_used_again_is_another_runner()
    {
        await AddRunnerAsync(startTicks: 90_000);
        await PollAsync();
        _procfs.RemoveProcess(Pid);
        _procfs.AddRunner(Pid, _runner!.Port, Blob.Replace('e', 'd'), startTicks: 99_990, listens: false);

        var round = await PollAsync();

        Assert.Equal(new RunnerId(Pid, 90_000), Assert.Single(round.Events.OfType<LedgerEvent.RunnerGone>()).Runner);
        Assert.Equal(new RunnerId(Pid, 99_990), Assert.Single(round.Events.OfType<LedgerEvent.RunnerFound>()).Runner.Id);
        Assert.Equal(99_990, Answered(round).Runner.StartTicks);
    }

    [Fact]
    public async Task Processor_time_is_told_for_the_machine_the_server_and_its_runners()
    {
        await AddRunnerAsync();
        _procfs.SetProcessorTime(busyTicks: 123_456, processors: 8);
        _procfs.SetStat(ProcfsFixture.ServerPid, 1, 2000, cpuTicks: 250);
        _procfs.SetStat(Pid, ProcfsFixture.ServerPid, 90_000, cpuTicks: 1234);

        var times = Assert.Single((await PollAsync()).Events.OfType<LedgerEvent.CpuTimesRead>()).Times;

        Assert.Equal((1234.56, 8, 2.5), (times.Busy, times.Processors, times.Server));
        Assert.Equal([KeyValuePair.Create(Pid, 12.34)], times.ByPid);
    }

    [Fact]
    public async Task A_suspended_machine_is_noticed_by_the_time_since_boot()
    {
        await PollAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        _procfs.SetUptime(1001);
        var awake = _poller.Resumed();
        _time.Advance(TimeSpan.FromSeconds(1));
        _procfs.SetUptime(4602);
        var resumed = _poller.Resumed();

        Assert.Null(awake);
        Assert.Equal(3600, resumed!.Suspended.TotalSeconds, 1.0);
    }

    [Fact]
    public async Task Runners_are_found_but_not_asked_when_that_is_switched_off()
    {
        await AddRunnerAsync();
        using var poller = Poller(new OllamaConfig { Runners = Enabled.False });

        var round = await poller.PollAsync(TestContext.Current.CancellationToken);

        Assert.Contains("switched off", Assert.Single(round.Events.OfType<LedgerEvent.RunnerFound>()).Runner.Unreadable, StringComparison.Ordinal);
        Assert.Empty(_asked);
        Assert.False(round.Active);
    }

    private static (int, string) Resting(string path) => path == "/metrics"
        ? (200, RunnerText.Metrics(21, 0.1, 60, 0.65))
        : (200, RunnerText.Slots(busy: false, task: 7, decoded: 0));

    private static LedgerEvent.RunnerAnswered Answered(RunnerRound round) =>
        Assert.Single(round.Events.OfType<LedgerEvent.RunnerAnswered>());

    private static RunnerAnswer.Serving Serving(RunnerRound round) =>
        Assert.IsType<RunnerAnswer.Serving>(Answered(round).Answer);

    private async Task AddRunnerAsync(long startTicks = 90_000, bool listens = true)
    {
        _runner = await LoopbackServer.StartAsync(async path =>
        {
            lock (_asked)
            {
                _asked.Add(path);
            }

            if (path == "/slots")
            {
                await _slotsMayAnswer.Task;
            }

            return _answer(path);
        });
        _procfs.AddRunner(Pid, _runner.Port, Blob, startTicks: startTicks, listens: listens);
    }

    /// <summary>One round. Where its slots keep silent, time goes on once they have had a moment.</summary>
    private async Task<RunnerRound> PollAsync()
    {
        var round = _poller.PollAsync(TestContext.Current.CancellationToken);
        var patience = _slotsMayAnswer.Task.IsCompleted ? TimeSpan.FromSeconds(20) : TimeSpan.FromSeconds(0.3);
        if (await Task.WhenAny(round, Task.Delay(patience, TestContext.Current.CancellationToken)) != round)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        return await round;
    }

    private async Task<RunnerRound> PollUntilAsync(Func<RunnerRound, bool> satisfied)
    {
        while (true)
        {
            var round = await PollAsync();
            if (satisfied(round))
            {
                return round;
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the runner was asked so often, and not more often.</summary>
    private async Task AskedAsync(int times)
    {
        int asked;
        do
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
            lock (_asked)
            {
                asked = _asked.Count;
            }
        }
        while (asked < times);

        Assert.Equal(times, asked);
    }

    private RunnerPoller Poller(OllamaConfig config) => new(config, _procfs.Paths, _clock, NullLogger<RunnerPoller>.Instance);
}
