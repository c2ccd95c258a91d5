using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Ollama;

namespace Agent.Tests.Ollama;

/// <summary>Against the real /proc of the machine the tests run on.</summary>
public sealed class ProcfsTests
{
    private static readonly Procfs Real = new("/proc");

    [Fact]
    public void This_process_is_listed_and_its_state_is_read()
    {
        var pids = new List<int>();
        Real.ListPids(pids);

        Assert.Contains(Environment.ProcessId, pids);
        var stat = Assert.NotNull(Real.ReadStat(Environment.ProcessId));
        Assert.InRange(stat.StartTicks / ProcessStat.TicksPerSecond, 1, Assert.NotNull(Real.ReadUptime()));
        Assert.True(stat.CpuSeconds > 0);
        Assert.False(stat.Ended);
        Assert.NotNull(Real.ReadUser(Environment.ProcessId));
        Assert.False(Real.HidesProcesses);
    }

    [Fact]
    public void The_processors_have_worked_and_are_as_many_as_there_are()
    {
        var time = Assert.NotNull(Real.ReadProcessorTime());

        Assert.True(time.Busy > 0);
        Assert.True(time.Processors >= Environment.ProcessorCount);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_socket_that_listens_is_seen_with_its_number_in_this_process_and_no_other(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var socket = ListeningSocket.Reached(Real.ReadListeners(Procfs.Self), IPAddress.Parse(address), port);

        Assert.Equal(Real.ReadUser(Environment.ProcessId), socket!.User);
        Assert.Equal(IPAddress.Parse(address), socket.Address);
        Assert.True(Real.HoldsSocket(Environment.ProcessId, socket.Inode));
        Assert.False(Real.HoldsSocket(Environment.ProcessId, socket.Inode + 1_000_000));
        Assert.Contains(socket, Real.ReadListeners(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_environment_is_searched_by_whole_names()
    {
        using var procfs = new ProcfsFixture();
        procfs.SetEnvironment(1, "LLAMA_ARG=0", "LLAMA_ARG_ENDPOINT_METRICS=1", "HOME=/");
        var door = new Procfs(procfs.Root);

        Assert.Equal("1", door.ReadEnvironment(1, "LLAMA_ARG_ENDPOINT_METRICS"));
        Assert.Equal("", door.ReadEnvironment(1, "LLAMA_ARG_ENDPOINT"));
        Assert.Null(door.ReadEnvironment(2, "HOME"));
    }

    [Fact]
    public void A_proc_that_is_not_there_has_nothing()
    {
        var none = new Procfs("/nonexistent");
        var pids = new List<int> { 7 };
        none.ListPids(pids);

        Assert.Empty(pids);
        Assert.Null(none.ReadStat(1));
        Assert.Null(none.ReadCommand(1));
        Assert.Null(none.ReadUptime());
        Assert.Null(none.ReadProcessorTime());
        Assert.Null(none.HoldsSocket(1, 1));
        Assert.Empty(none.ReadListeners(Procfs.Self));
    }
}
