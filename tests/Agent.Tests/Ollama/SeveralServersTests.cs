using System.Net;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;
using Agent.Ollama;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Ollama;

public sealed class SeveralServersTests : IDisposable
{
    private const string Blob = "sha256-e4f7528ccce179127ec123af261b7305807ecbe2005b4c8750d4b0e385e7a323";
    private const string First = "127.0.0.1:11434";
    private const string Second = "127.0.0.1:11500";
    private const int FirstPid = ProcfsFixture.ServerPid;
    private const int SecondPid = 101;
    private const int User = ProcfsFixture.OllamaUser;
    private const int OtherUser = 991;

    private readonly ProcfsFixture _procfs = new();
    private double _now;

    public void Dispose() => _procfs.Dispose();

    [Fact]
    public void Runners_are_those_of_the_server_that_started_them_and_a_runner_of_none_is_a_stranger()
    {
        AddTwoServers();
        _procfs.AddServer(pid: 102, user: 992, port: 11600);
        _procfs.AddRunner(200, port: 40001, Blob);
        _procfs.AddRunner(201, port: 40002, Blob, parent: SecondPid, user: OtherUser);
        _procfs.AddRunner(202, port: 40003, Blob, parent: 102, user: 992);
        var finder = Finder(First, Second);

        var found = Find(finder);

        Assert.Equal([(200, First), (201, Second)], found.Select(runner => (runner.Runner.Id.Pid, runner.Runner.Ollama)).Order());
        Assert.All(found, runner => Assert.NotNull(runner.Endpoint));
        Assert.Equal(202, Assert.Single(finder.Strangers).Pid);
    }

    [Fact]
    public void One_Ollama_has_no_name()
    {
        AddTwoServers();
        _procfs.AddRunner(200, port: 40001, Blob);

        Assert.Equal("", Assert.Single(Find(Finder(First))).Runner.Ollama);
    }

    [Fact]
    public void Each_server_is_judged_on_its_own()
    {
        _procfs.AddServer();
        _procfs.AddRunner(200, port: 40001, Blob);
        _procfs.Listen(IPAddress.Loopback, 11700, user: 0, inode: 7); // somebody who is no Ollama
        var finder = Finder(First, Second, "127.0.0.1:11700", "10.0.0.7:11434");

        Assert.NotNull(Assert.Single(Find(finder)).Endpoint);

        Assert.Equal(new OllamaServer.Known(FirstPid, User), finder.Servers[0].Server);
        Assert.IsType<OllamaServer.Down>(finder.Servers[1].Server);
        Assert.Contains("is not an 'ollama serve'", Unclear(finder, 2).Reason, StringComparison.Ordinal);
        Assert.Contains("not a loopback address", Unclear(finder, 3).Reason, StringComparison.Ordinal);
        Assert.Contains("set ollama.upstreams to", Unclear(finder, 3).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_comes_later_is_found_while_the_others_are_left_as_they_are()
    {
        _procfs.AddServer();
        var finder = Finder(First, Second);
        Find(finder);
        Assert.IsType<OllamaServer.Down>(finder.Servers[1].Server);

        _procfs.AddServer(pid: SecondPid, user: OtherUser, port: 11500);
        _procfs.AddRunner(201, port: 40002, Blob, parent: SecondPid, user: OtherUser);
        _now += 1.5;

        Assert.Equal(Second, Assert.Single(Find(finder)).Runner.Ollama);
        Assert.Equal(new OllamaServer.Known(FirstPid, User), finder.Servers[0].Server);
    }

    [Fact]
    public void Servers_of_one_user_whose_sockets_cannot_be_seen_keep_their_runners_apart_from_both()
    {
        _procfs.AddServer();
        _procfs.AddServer(pid: SecondPid, port: 11500);
        _procfs.AddRunner(200, port: 40001, Blob);
        _procfs.AddRunner(201, port: 40002, Blob, parent: SecondPid);

        var found = Find(Finder(First, Second));

        Assert.Equal([200, 201], found.Select(runner => runner.Runner.Id.Pid).Order());
        Assert.All(found, runner => Assert.Equal("", runner.Runner.Ollama));
        Assert.All(found, runner => Assert.Contains("cannot be told", runner.Runner.Unreadable, StringComparison.Ordinal));

        _procfs.Hold(FirstPid, inode: FirstPid * 1000);
        _procfs.Hold(SecondPid, inode: SecondPid * 1000);
        Assert.Equal([(200, First), (201, Second)], Find(Finder(First, Second)).Select(runner => (runner.Runner.Id.Pid, runner.Runner.Ollama)).Order());
    }

    [Fact]
    public void A_server_with_two_addresses_has_its_runners_once()
    {
        _procfs.AddServer(address: IPAddress.IPv6Any);
        _procfs.AddRunner(200, port: 40001, Blob);
        _procfs.SetStat(FirstPid, 1, 2000, cpuTicks: 250);
        var finder = Finder(First, "[::1]:11434");

        Assert.Equal(First, Assert.Single(Find(finder)).Runner.Ollama);
        Assert.Equal(2.5, finder.ServerCpuSeconds);
    }

    [Fact]
    public async Task A_round_tells_processor_time_once_and_each_roster_its_own_runners()
    {
        AddTwoServers();
        _procfs.SetStat(FirstPid, 1, 2000, cpuTicks: 250);
        _procfs.SetStat(SecondPid, 1, 2000, cpuTicks: 100);
        _procfs.AddRunner(200, port: 9, Blob, listens: false);
        _procfs.AddRunner(201, port: 10, Blob, parent: SecondPid, user: OtherUser, listens: false);
        var config = new OllamaConfig { Upstreams = { [0] = First, [1] = Second } };
        using var poller = new RunnerPoller(
            config, _procfs.Paths, new MonotonicClock(new FakeTimeProvider()), NullLogger<RunnerPoller>.Instance);

        var round = await poller.PollAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3.5, Assert.Single(round.Events.OfType<LedgerEvent.CpuTimesRead>()).Times.Server);
        Assert.Equal([First, Second], round.Events.OfType<LedgerEvent.RunnerFound>().Select(found => found.Runner.Ollama).Order());
        Assert.Equal([First, Second], poller.Rosters.Keys.Order());
        Assert.Equal(200, Assert.Single(poller.Rosters[First].Runners).Id.Pid);
        Assert.Equal(201, Assert.Single(poller.Rosters[Second].Runners).Id.Pid);

        await poller.Rosters[First].ChangedAsync(TestContext.Current.CancellationToken);
        await poller.Rosters[Second].ChangedAsync(TestContext.Current.CancellationToken);
        _procfs.RemoveProcess(201);
        await poller.PollAsync(TestContext.Current.CancellationToken);

        await poller.Rosters[Second].ChangedAsync(TestContext.Current.CancellationToken);
        Assert.Empty(poller.Rosters[Second].Runners);
        Assert.False(poller.Rosters[First].ChangedAsync(TestContext.Current.CancellationToken).IsCompleted); // it is left in peace
    }

    private static OllamaServer.Unclear Unclear(RunnerFinder finder, int place) => Assert.IsType<OllamaServer.Unclear>(finder.Servers[place].Server);

    private void AddTwoServers()
    {
        _procfs.AddServer();
        _procfs.AddServer(pid: SecondPid, user: OtherUser, port: 11500);
    }

    private RunnerFinder Finder(params string[] upstreams)
    {
        var config = new OllamaConfig();
        for (var place = 0; place < upstreams.Length; place++)
        {
            config.Upstreams[place] = upstreams[place];
        }

        return new RunnerFinder(new Procfs(_procfs.Root), Upstream.All(config), Enabled.Auto);
    }

    private IReadOnlyList<FoundRunner> Find(RunnerFinder finder) => finder.Find(1000, Moment.FromSeconds(_now));
}
