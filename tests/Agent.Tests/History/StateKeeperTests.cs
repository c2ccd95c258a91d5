using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.History;
using Agent.Tests.Ollama;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.History;

public sealed class StateKeeperTests : IDisposable
{
    private static readonly StateFault Full = StateFaults.Full("/state");

    private readonly FakeTimeProvider _time = new();
    private readonly LogMemory<StateKeeper> _log = new();
    private readonly ManualResetEventSlim _disk = new(initialState: true);
    private readonly List<string> _written = [];
    private StateFault? _fault;
    private Ledger _current = StateDisk.Ledger("0");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _disk.Set();
        _disk.Dispose();
    }

    [Fact]
    public async Task What_is_shown_is_kept_and_at_most_a_second_old()
    {
        using var keeper = Make();
        _current = StateDisk.Ledger("1");
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("0", await ShownAsync(keeper));
        Assert.Empty(_written);

        _time.Advance(TimeSpan.FromSeconds(0.6));
        Assert.Equal("1", await ShownAsync(keeper));
        Assert.Equal(["1"], _written);

        _current = StateDisk.Ledger("2");
        Assert.Equal("1", await ShownAsync(keeper));
        Assert.Equal(["1"], _written);
        Assert.Equal(TimeSpan.Zero, keeper.Age);
    }

    [Fact]
    public async Task Without_scrapes_it_is_kept_every_thirty_seconds()
    {
        using var keeper = Make();
        foreach (var second in Enumerable.Range(1, 95))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _current = StateDisk.Ledger($"{second}");
            await keeper.Step();
        }

        Assert.Equal(["30", "60", "90"], _written);
    }

    [Fact]
    public async Task A_slow_disk_holds_up_a_scrape_for_a_quarter_of_a_second_and_shows_what_was_kept_last()
    {
        using var keeper = Make();
        _disk.Reset();
        _time.Advance(TimeSpan.FromSeconds(2));
        _current = StateDisk.Ledger("1");

        var scrape = keeper.ShownAsync(Stop).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(scrape.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("0", StateDisk.PlaceOf(await scrape));
        Assert.Equal(2.25, keeper.Age?.TotalSeconds);
        Assert.True(keeper.Up);

        var next = keeper.ShownAsync(Stop).AsTask(); // waits for the same commit
        _disk.Set();
        Assert.Equal("1", StateDisk.PlaceOf(await next));
    }

    [Fact]
    public async Task A_disk_that_hangs_is_said_and_metrics_go_on_and_never_fall_behind_what_was_shown()
    {
        using var keeper = Make();
        _disk.Reset();
        _time.Advance(TimeSpan.FromSeconds(2));
        _current = StateDisk.Ledger("1");
        var begun = keeper.Step();
        var scrape = keeper.ShownAsync(Stop).AsTask();
        _time.Advance(TimeSpan.FromSeconds(11));
        await scrape;
        _current = StateDisk.Ledger("2");

        Assert.Equal("2", await ShownAsync(keeper));
        Assert.False(keeper.Up);
        Assert.Equal(1, keeper.Failures[StateReason.Slow]);
        Assert.Contains("does not answer", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);

        _current = StateDisk.Ledger("3");
        _disk.Set();
        await begun;
        await EventuallyAsync(() => keeper.Up);
        Assert.Equal("3", await ShownAsync(keeper)); // not the 1 that was written meanwhile
        Assert.Equal(["1", "3"], _written);
    }

    [Fact]
    public async Task A_fault_is_said_once_tried_again_with_growing_pauses_and_its_end_is_said_too()
    {
        using var keeper = Make();
        _fault = Full;
        var tries = new List<int>();
        foreach (var second in Enumerable.Range(1, 300))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _current = StateDisk.Ledger($"{second}");
            var before = keeper.Failures.GetValueOrDefault(StateReason.Full);
            await keeper.Step();
            if (keeper.Failures.GetValueOrDefault(StateReason.Full) > before)
            {
                tries.Add(second);
            }

            Assert.Equal(keeper.Up, second < 30);
            Assert.Equal(second < 30 ? "0" : $"{second}", second < 30 ? "0" : await ShownAsync(keeper));
        }

        Assert.Equal([30, 35, 45, 65, 105, 165, 225, 285], tries);
        Assert.Equal(LogLevel.Warning, Assert.Single(_log.Entries).Level);

        _fault = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        _current = StateDisk.Ledger("end");
        await keeper.Step();

        Assert.True(keeper.Up);
        Assert.Equal("end", await ShownAsync(keeper));
        Assert.Equal(2, _log.Entries.Count);
        Assert.Contains("kept over restarts again", _log.Entries[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_could_not_be_had_at_the_start_is_said_and_the_current_ledger_is_shown()
    {
        using var keeper = Make(StateFaults.Denied("/state"));
        _current = StateDisk.Ledger("1");

        Assert.Equal("1", await ShownAsync(keeper));
        Assert.Null(keeper.Age);
        Assert.False(keeper.Up);
        Assert.Contains("StateDirectory=joulet", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(5));
        await keeper.Step();
        Assert.True(keeper.Up);
        Assert.Equal(["1"], _written);
    }

    [Fact]
    public async Task At_the_end_the_last_ledger_is_kept()
    {
        using var keeper = Make();
        await keeper.StartAsync(Stop);
        _current = StateDisk.Ledger("last");

        await keeper.StopAsync(Stop);

        Assert.Equal(["last"], _written);
    }

    [Fact]
    public async Task A_disk_that_hangs_does_not_hold_up_the_end_for_long()
    {
        using var keeper = Make();
        await keeper.StartAsync(Stop);
        _disk.Reset();
        _time.Advance(TimeSpan.FromSeconds(31));
        _ = keeper.Step();

        var end = keeper.StopAsync(Stop);
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Stop); // the test's own limit ends it
        }

        await end;
        Assert.Empty(_written);
    }

    private static async Task<string?> ShownAsync(StateKeeper keeper) => StateDisk.PlaceOf(await keeper.ShownAsync(Stop));

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(5, Stop); // the test's own limit ends it
        }
    }

    private StateKeeper Make(StateFault? started = null) => new("/state", started, () => _current, Commit, new MonotonicClock(_time), _log);

    private StateFault? Commit(Ledger ledger, Moment at)
    {
        _disk.Wait(Stop);
        if (_fault is null)
        {
            _written.Add(StateDisk.PlaceOf(ledger)!);
        }

        return _fault;
    }
}
