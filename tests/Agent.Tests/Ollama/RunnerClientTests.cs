using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Core.Ollama;
using Agent.Ollama;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Ollama;

public sealed class RunnerClientTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_answer_too_long_is_no_answer()
    {
        var reply = await AskAsync(path => path == "/metrics"
            ? (200, RunnerText.Metrics(1, 1, 1, 1))
            : (200, $"[{string.Join(',', Enumerable.Repeat("""{"is_processing":false}""", 200_000))}]"));

        Assert.Contains("/slots", Assert.IsType<RunnerReply.Nothing>(reply).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(500)]
    public async Task A_status_that_means_nothing_known_is_said(int status)
    {
        var reply = await AskAsync(_ => (status, ""));

        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), Assert.IsType<RunnerReply.Nothing>(reply).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slots_that_say_loading_after_counters_were_told_are_loading() =>
        Assert.IsType<RunnerAnswer.Loading>(Assert.IsType<RunnerReply.Answered>(await AskAsync(path => path == "/metrics"
            ? (200, RunnerText.Metrics(1, 1, 1, 1))
            : (503, RunnerText.Loading))).Answer);

    [Fact]
    public async Task Counters_and_slots_that_are_both_switched_off_are_an_answer_without_either() =>
        Assert.Equal(
            new RunnerAnswer.Serving(null, null),
            Assert.IsType<RunnerReply.Answered>(await AskAsync(_ => (501, RunnerText.Off))).Answer);

    [Fact]
    public async Task A_port_where_nobody_listens_is_no_answer()
    {
        using var client = new RunnerClient(new MonotonicClock(_time));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.IsType<RunnerReply.Nothing>(await AskAsync(client, port));
    }

    [Fact]
    public async Task A_runner_that_says_nothing_is_waited_for_half_a_minute()
    {
        var client = new RunnerClient(new MonotonicClock(_time));
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<(int, string)>();
        await using var server = await LoopbackServer.StartAsync(_ =>
        {
            asked.TrySetResult();
            return never.Task;
        });

        var reply = AskAsync(client, server.Port);
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(reply.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Contains("30 s", Assert.IsType<RunnerReply.Nothing>(await reply).Reason, StringComparison.Ordinal);
        never.SetResult((200, ""));
        client.Dispose();
    }

    private static Task<RunnerReply> AskAsync(RunnerClient client, int port) => client.AskAsync(
        new RunnerEndpoint(new Uri($"http://127.0.0.1:{port}/")), TestContext.Current.CancellationToken);

    private async Task<RunnerReply> AskAsync(Func<string, (int, string)> answer)
    {
        using var client = new RunnerClient(new MonotonicClock(_time));
        await using var server = await LoopbackServer.StartAsync(answer);
        return await AskAsync(client, server.Port);
    }
}
