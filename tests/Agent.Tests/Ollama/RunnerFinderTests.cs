using System.Net;
using Agent.Config;
using Agent.Core.Units;
using Agent.Ollama;

namespace Agent.Tests.Ollama;

public sealed class RunnerFinderTests : IDisposable
{
    private const string Blob = "sha256-e4f7528ccce179127ec123af261b7305807ecbe2005b4c8750d4b0e385e7a323";
    private const int Server = ProcfsFixture.ServerPid;
    private const int User = ProcfsFixture.OllamaUser;
    private const int Pid = 200;

    private readonly ProcfsFixture _procfs = new();
    private double _now;

    public void Dispose() => _procfs.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:11434", "127.0.0.1")]
    [InlineData("http://127.0.0.1:11434", "0.0.0.0")]
    [InlineData("http://127.0.0.1:11434", "::")]
    [InlineData("http://localhost:11434", "127.0.0.1")]
    [InlineData("http://localhost:11434", "::1")]
    [InlineData("http://[::1]:11434", "::1")]
    [InlineData("http://[::1]:11434", "::")]
    [InlineData("http://0.0.0.0:11434", "0.0.0.0")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    public void The_server_is_found_by_the_socket_its_address_leads_to(string upstream, string listensAt)
    {
        _procfs.AddServer(address: IPAddress.Parse(listensAt));
        _procfs.AddRunner(Pid, port: 40001, Blob, embedding: true);

        var found = Assert.Single(Find(Finder(upstream)));

        Assert.Equal(new Uri("http://127.0.0.1:40001/"), found.Endpoint);
        Assert.Null(found.Runner.Unreadable);
        Assert.Equal(Blob, found.Runner.Blob);
        Assert.True(found.Runner.Embedding);
    }

    [Theory]
    [InlineData("http://[::1]:11434", "127.0.0.1")]
    [InlineData("http://127.0.0.1:11434", "::1")]
    [InlineData("http://127.0.0.1:11435", "127.0.0.1")]
    public void A_server_that_listens_elsewhere_is_not_this_one(string upstream, string listensAt)
    {
        _procfs.AddServer(address: IPAddress.Parse(listensAt));
        _procfs.AddRunner(Pid, port: 40001, Blob);
        var finder = Finder(upstream);

        Assert.Empty(Find(finder));
        Assert.IsType<OllamaServer.Down>(finder.Servers[0].Server);
        Assert.Equal(Pid, Assert.Single(finder.Strangers).Pid);
    }

    [Theory]
    [InlineData("http://10.0.0.7:11434")]
    [InlineData("http://ollama:11434")]
    [InlineData("https://ollama.example.org")]
    public void The_runners_of_an_address_that_is_not_loopback_are_not_read(string upstream)
    {
        _procfs.AddServer();
        _procfs.AddRunner(Pid, port: 40001, Blob);

        Assert.Contains("not a loopback address", Refusal(Find(Finder(upstream))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_runner_nobody_of_Ollama_started_is_left_aside()
    {
        _procfs.AddServer();
        _procfs.AddProcess(300, parent: 1, user: 1000, startTicks: 50, ["-bash"]);
        _procfs.AddRunner(Pid, port: 40001, Blob, parent: 300, user: 1000);
        var finder = Finder();

        Assert.Empty(Find(finder));
        Assert.Equal(Pid, Assert.Single(finder.Strangers).Pid);
    }

    [Fact]
    public void A_server_of_another_user_is_not_believed()
    {
        _procfs.AddServer();
        _procfs.AddProcess(300, parent: 1, user: 1000, startTicks: 50, ["ollama", "serve"]);
        _procfs.AddRunner(Pid, port: 40001, Blob, parent: 300, user: 1000);
        var finder = Finder();

        Assert.Empty(Find(finder));
        Assert.Equal(new OllamaServer.Known(Server, User), finder.Servers[0].Server);
    }

    [Fact]
    public void A_port_that_another_user_took_first_is_not_asked()
    {
        _procfs.AddServer();
        _procfs.AddRunner(Pid, port: 40001, Blob, listens: false);
        _procfs.Listen(IPAddress.Loopback, 40001, user: 1000, inode: 7);

        Assert.Contains("held by user 1000", Refusal(Find(Finder())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_another_process_of_the_same_user_holds_is_not_asked_where_that_can_be_seen()
    {
        _procfs.AddServer();
        _procfs.AddRunner(Pid, port: 40001, Blob);
        _procfs.Hold(Pid, inode: 1);

        Assert.Contains("held by another process", Refusal(Find(Finder())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_runner_that_runs_as_another_user_is_not_asked()
    {
        _procfs.AddServer();
        _procfs.AddRunner(Pid, port: 40001, Blob, user: 1000);

        Assert.Contains("another user", Refusal(Find(Finder())), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_servers_of_one_user_are_told_apart_only_by_their_open_sockets()
    {
        _procfs.AddServer();
        _procfs.AddServer(pid: 101, port: 11435);
        _procfs.AddRunner(Pid, port: 40001, Blob);
        _procfs.AddRunner(201, port: 40002, Blob, parent: 101);

        var unclear = Find(Finder());
        Assert.Equal(2, unclear.Count);
        Assert.All(unclear, found => Assert.Contains("cannot be told", found.Runner.Unreadable, StringComparison.Ordinal));

        _procfs.Hold(101, inode: 101_000);
        Assert.Equal(Pid, Assert.Single(Find(Finder())).Runner.Id.Pid);
        _procfs.Hold(Server, inode: Server * 1000);
        Assert.Equal(Pid, Assert.Single(Find(Finder())).Runner.Id.Pid);
        Assert.Equal(201, Assert.Single(Find(Finder("http://127.0.0.1:11435"))).Runner.Id.Pid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_in_a_container_is_not_mistaken_for_the_one_at_the_address(bool proxied)
    {
        _procfs.AddProcess(Server, parent: 50, user: 0, startTicks: 10, ["/bin/ollama", "serve"], network: "container");
        _procfs.Listen(IPAddress.IPv6Any, 11434, user: 0, inode: 70, network: "container");
        _procfs.AddProcess(Pid, Server, user: 0, startTicks: 20, ["/usr/lib/ollama/llama-server", "--model", $"/root/.ollama/models/blobs/{Blob}", "--port=40001"], network: "container");
        _procfs.Listen(IPAddress.Loopback, 40001, user: 0, inode: 71, network: "container");
        _procfs.Listen(IPAddress.Loopback, 40001, user: 0, inode: 72); // somebody else's, here
        if (proxied)
        {
            _procfs.AddProcess(60, parent: 1, user: 0, startTicks: 10, ["/usr/bin/docker-proxy", "-host-port", "11434"]);
            _procfs.Listen(IPAddress.Any, 11434, user: 0, inode: 73);
        }

        Assert.Contains("another network namespace", Refusal(Find(Finder())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_proc_that_hides_processes_is_said()
    {
        _procfs.Listen(IPAddress.Loopback, 11434, User, inode: 5);
        _procfs.RemoveProcess(1);
        var finder = Finder();

        Find(finder);

        Assert.Contains("hidepid", Assert.IsType<OllamaServer.Unclear>(finder.Servers[0].Server).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Engines_without_endpoints_are_found_and_not_read()
    {
        _procfs.AddServer();
        _procfs.AddProcess(Pid, Server, User, 90_000, ["/usr/local/bin/ollama", "runner", "--ollama-engine", "--model", $"/models/blobs/{Blob}", "--port", "40001"]);

        var found = Find(Finder());

        Assert.Contains("engine tells nothing", Refusal(found), StringComparison.Ordinal);
        Assert.Equal(Blob, found[0].Runner.Blob);
    }

    [Fact]
    public void A_child_that_only_lists_devices_is_no_runner()
    {
        _procfs.AddServer();
        _procfs.AddProcess(Pid, Server, User, 90_000, ["/usr/local/lib/ollama/llama-server", "--list-devices"]);

        Assert.Empty(Find(Finder()));
    }

    [Fact]
    public void A_child_just_forked_is_not_taken_for_a_second_server_and_becomes_a_runner()
    {
        _procfs.AddServer();
        _procfs.AddProcess(Pid, Server, User, startTicks: 99_999, ["/usr/local/bin/ollama", "serve"]);
        var finder = Finder();

        Assert.Empty(Find(finder));
        Assert.Equal(new OllamaServer.Known(Server, User), finder.Servers[0].Server);

        _procfs.AddRunner(Pid, port: 40001, Blob, startTicks: 99_999);
        Assert.NotNull(Assert.Single(Find(finder)).Endpoint);
    }

    [Fact]
    public void A_server_that_starts_again_is_found_again()
    {
        _procfs.AddServer();
        var finder = Finder();
        Find(finder);
        _procfs.RemoveRunner(Server);
        Find(finder);
        Assert.IsType<OllamaServer.Down>(finder.Servers[0].Server);

        _procfs.AddServer(pid: 150);
        _procfs.AddRunner(Pid, port: 40001, Blob, parent: 150);
        _now += 2;
        Assert.NotNull(Assert.Single(Find(finder)).Endpoint);
        Assert.Equal(new OllamaServer.Known(150, User), finder.Servers[0].Server);
    }

    [Fact]
    public void A_start_script_that_became_the_server_late_is_found()
    {
        _procfs.AddProcess(Server, parent: 1, User, startTicks: 50, ["/bin/sh", "/start.sh"]);
        var finder = Finder();
        Find(finder);

        _procfs.AddServer();
        _procfs.AddRunner(Pid, port: 40001, Blob);
        _now += 2;
        Find(finder); // sees that somebody unknown listens, and looks again
        _now += 2;
        Assert.NotNull(Assert.Single(Find(finder)).Endpoint);
    }

    private static string Refusal(IReadOnlyList<FoundRunner> found)
    {
        Assert.Null(Assert.Single(found).Endpoint);
        return found[0].Runner.Unreadable!;
    }

    private RunnerFinder Finder(string upstream = "http://127.0.0.1:11434") =>
        new(new Procfs(_procfs.Root), [Upstream.Parse(upstream)], Enabled.Auto);

    private IReadOnlyList<FoundRunner> Find(RunnerFinder finder) => finder.Find(1000, Moment.FromSeconds(_now));
}
