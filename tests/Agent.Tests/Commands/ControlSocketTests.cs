using System.Net;
using System.Net.Sockets;
using Agent.Commands;
using Agent.Sensors.Nvml;
using Agent.Tests.Sensors;
using Agent.Tests.Sensors.Nvml;
using Agent.Web;

namespace Agent.Tests.Commands;

/// <summary>The socket in the state's folder, of an agent that runs.</summary>
public sealed class ControlSocketTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("joulet-socket-");
    private readonly NvmlFake _fake = new(NvmlMachine.OneGpu);

    private string State => Path.Combine(_root.FullName, "state");

    private string Path0 => Path.Combine(State, "control.sock");

    public void Dispose()
    {
        _fake.Dispose();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData("GET", "/-/healthy")]
    [InlineData("GET", "/-/ready")]
    [InlineData("GET", "/nvml/release")] // to look is not to do
    public async Task Of_what_is_served_over_TCP_only_metrics_are_served_on_the_socket(string method, string path)
    {
        await using var agent = await StartAsync();
        using var asking = new RunningAgent(agent.Config);

        Assert.Equal((false, "This agent does not know that.\n"), await asking.AskAsync(new HttpMethod(method), path, TestContext.Current.CancellationToken));
        Assert.IsType<NvmlReleaseState.Held>(agent.Release);
        Assert.Contains("joulet_build_info", await asking.MetricsAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", ControlSocket.Advice)]
    [InlineData("GET", ControlSocket.NvmlState)]
    [InlineData("POST", ControlSocket.NvmlRelease)]
    [InlineData("POST", ControlSocket.NvmlHold)]
    public async Task What_is_served_on_the_socket_is_not_served_over_TCP(string method, string path)
    {
        await using var agent = await StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://{agent.Config.Listen}{path}");

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.IsType<NvmlReleaseState.Held>(agent.Release);
        using var asking = new RunningAgent(agent.Config);
        Assert.True((await asking.AskAsync(new HttpMethod(method), path, TestContext.Current.CancellationToken)).Done);
    }

    [Fact]
    public async Task Only_the_agents_user_and_root_may_connect_even_where_anybody_may_look_into_the_folder()
    {
        Directory.CreateDirectory(State);
        await using var agent = await StartAsync();
        File.SetUnixFileMode(_root.FullName, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(State, (UnixFileMode)0b111_101_101);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path0));
        Connect();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may take another user's part.");
        Unprivileged.Run(() => Assert.Equal(SocketError.AccessDenied, Assert.ThrowsAny<SocketException>(Connect).SocketErrorCode));
    }

    [Fact]
    public async Task It_goes_away_at_a_clean_stop()
    {
        await using var agent = await StartAsync();
        Assert.True(File.Exists(Path0));

        await agent.StopAsync();

        Assert.False(File.Exists(Path0));
    }

    [Fact]
    public async Task One_that_was_left_behind_is_replaced()
    {
        Directory.CreateDirectory(State);
        using var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(Path0)); // it never listens, as one that is dead

        await using var agent = await StartAsync();

        Assert.Equal(0, (await agent.NvmlAsync(HttpMethod.Get, ControlSocket.NvmlState)).Exit);
        Assert.DoesNotContain(agent.Log.Lines, IsWarning);
    }

    [Fact]
    public async Task A_second_agent_starts_without_and_says_so_and_the_first_keeps_its_socket()
    {
        await using var first = await StartAsync();
        await using (var second = await StartAsync())
        {
            await second.ScrapeAsync(_ => true);
            Assert.Single(second.Log.Lines, line => IsWarning(line) && line.EndsWith($"another agent answers at {Path0}.", StringComparison.Ordinal));
            await first.NvmlAsync(HttpMethod.Post, ControlSocket.NvmlRelease);
            Assert.IsType<NvmlReleaseState.Held>(second.Release);
        }

        Assert.StartsWith("Nothing of joulet", (await first.NvmlAsync(HttpMethod.Get, ControlSocket.NvmlState)).Output, StringComparison.Ordinal);
        Assert.IsType<NvmlReleaseState.Released>(first.Release);
    }

    [Fact]
    public async Task An_agent_whose_sockets_path_is_too_long_starts_without_and_says_so()
    {
        await using var agent = await ControlledAgent.StartAsync(Path.Combine(_root.FullName, new string('x', 100)), _fake);

        await agent.ScrapeAsync(_ => true);
        Assert.Single(agent.Log.Lines, line => IsWarning(line) && line.EndsWith("is too long: it may have 107 bytes.", StringComparison.Ordinal));
        Assert.Equal(1, (await agent.NvmlAsync(HttpMethod.Get, ControlSocket.NvmlState)).Exit);
    }

    [Fact]
    public async Task An_agent_whose_folder_cannot_be_made_starts_without_and_says_so()
    {
        await File.WriteAllTextAsync(State, "in the way", TestContext.Current.CancellationToken);

        await using var agent = await StartAsync();

        await agent.ScrapeAsync(_ => true);
        Assert.Single(agent.Log.Lines, line => IsWarning(line) && line.EndsWith($"there is no folder {State}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_in_its_place_is_left_alone_and_said()
    {
        Directory.CreateDirectory(State);
        await File.WriteAllTextAsync(Path0, "somebody's", TestContext.Current.CancellationToken);

        await using (var agent = await StartAsync())
        {
            await agent.ScrapeAsync(_ => true);
            Assert.Single(agent.Log.Lines, line => IsWarning(line) && line.EndsWith("It is a file, not a socket.", StringComparison.Ordinal));
        }

        Assert.Equal("somebody's", await File.ReadAllTextAsync(Path0, TestContext.Current.CancellationToken));
    }

    private static bool IsWarning(string line) => line.StartsWith("Warning: joulet nvml and joulet check cannot ask this agent", StringComparison.Ordinal);

    private void Connect()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Path0));
    }

    private Task<ControlledAgent> StartAsync() => ControlledAgent.StartAsync(State, _fake);
}
