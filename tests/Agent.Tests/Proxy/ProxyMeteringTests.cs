using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Tests.Proxy;

/// <summary>What the proxy tells the ledger, and that nothing of it stands in a request's way.</summary>
public sealed class ProxyMeteringTests
{
    private static RecordedExchange Stream => Recorded("15-http.txt", "keep-alive 2 (same connection, stream)");

    [Fact]
    public async Task A_streamed_answer_is_told_from_its_start_to_its_end()
    {
        await using var ollama = RecordedOllama.Replay(Stream);
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        await AskAsync(proxy, Stream.Request);

        var started = await proxy.NextAsync<LedgerEvent.RequestStarted>();
        var progressed = await proxy.NextAsync<LedgerEvent.RequestProgressed>();
        var ended = await proxy.NextAsync<LedgerEvent.RequestEnded>();
        Assert.Equal(("tiny:latest", InferenceApi.Ollama, false), (started.Request.Model, started.Request.Api, started.Request.Embedding));
        Assert.Equal((started.Request.Id, 1L), (progressed.Request, progressed.Generated));
        Assert.Equal(progressed.At, ended.End.FirstToken);
        Assert.True(started.At <= progressed.At && progressed.At <= ended.At);
        Assert.Equal((RequestOutcome.Ok, UsageQuality.Exact), (ended.End.Outcome, ended.End.Usage.Quality));
        Assert.Equal((17L, 2L), (ended.End.Usage.Prompt, ended.End.Usage.Generated));
        Assert.Empty(proxy.Told());
    }

    [Fact]
    public async Task Where_the_ledgers_queue_is_full_the_request_is_served_and_the_loss_counted()
    {
        await using var ollama = RecordedOllama.Replay(Stream);
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, room: 1);
        var first = await AskAsync(proxy, Stream.Request);
        var second = await AskAsync(proxy, Stream.Request);

        Assert.Equal(Stream.Answer!.Body, first.Body);
        Assert.Equal(Stream.Answer!.Body, second.Body);
        await UntilAsync(() => proxy.Server.Lost.Single(lost => lost.Reason == "queue_full").Count == 3);

        // An end is told as soon as there is room: what has none would go on for ever.
        await proxy.NextAsync<LedgerEvent.RequestEnded>();
        await proxy.NextAsync<LedgerEvent.RequestEnded>();
    }

    [Fact]
    public async Task A_fault_while_an_answer_is_read_costs_a_count_and_not_the_answer()
    {
        var time = new FaultyTime();
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            time.BreakOnce();
            await RecordedOllama.SendAsync(connection, Stream);
            await connection.ReceiveAsync();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, time: time);
        var answer = await AskAsync(proxy, Stream.Request);

        Assert.Equal(Stream.Answer!.Body, answer.Body);
        Assert.True(answer.Whole);
        var end = (await proxy.NextAsync<LedgerEvent.RequestEnded>()).End;
        Assert.Equal((RequestOutcome.Ok, true, Usage.Missing), (end.Outcome, end.Served, end.Usage));
        Assert.Equal(1, proxy.Server.Lost.Single(lost => lost.Reason == "fault").Count);
    }

    [Fact]
    public async Task A_fault_while_it_is_decided_whether_to_ask_for_usage_costs_a_count_and_not_the_request()
    {
        const string Body = "{\"model\":\"tiny\",\"stream\":true}";
        await using var ollama = ScriptedUpstream.Answering(Echo);
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, readElsewhere: static _ => throw new InvalidOperationException());

        Assert.Equal(Body, Encoding.UTF8.GetString((await AskAsync(proxy, Post("/v1/chat/completions", Body))).Body));
        Assert.Equal(1, proxy.Server.Lost.Single(lost => lost.Reason == "fault").Count);
    }

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    public async Task Usage_is_asked_for_where_nothing_else_tells_it_and_taken_out_again(string framing)
    {
        var plain = Recorded("09-openai.txt", "stream, no usage");
        var counted = Recorded("09-openai.txt", "stream, include_usage");
        RecordedMessage? seen = null;
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            seen = await connection.ReceiveRequestAsync();
            await RecordedOllama.SendAsync(connection, counted);
            await connection.ReceiveAsync();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, readElsewhere: static _ => false);
        var body = Encoding.UTF8.GetString(plain.Body);
        var answer = await AskAsync(proxy, framing == "Content-Length"
            ? Post("/v1/chat/completions", body)
            : Encoding.UTF8.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n"));

        Assert.Equal($"{body[..^1]},\"stream_options\":{{\"include_usage\":true}}}}", Encoding.UTF8.GetString(seen!.Body));
        var text = Encoding.UTF8.GetString(answer.Body);
        Assert.DoesNotContain("\"usage\"", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        var usage = (await proxy.NextAsync<LedgerEvent.RequestEnded>()).End.Usage;
        Assert.Equal(UsageQuality.Exact, usage.Quality);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "{\"stream\":true,\"model\":\"known\"}")] // its runner is read
    [InlineData("/v1/chat/completions", "{\"model\":\"tiny\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"tiny\"}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"tiny\",\"stream\":true")]
    [InlineData("/v1/chat/completions", "")]
    [InlineData("/v1/responses", "{\"model\":\"tiny\",\"stream\":true}")]
    [InlineData("/api/chat", "{\"model\":\"tiny\",\"stream\":true}")]
    public async Task Usage_is_not_asked_for_where_that_would_change_what_is_seen_or_is_of_no_use(string path, string body)
    {
        await using var ollama = ScriptedUpstream.Answering(Echo);
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, readElsewhere: static model => model == "known:latest");

        Assert.Equal(body, Encoding.UTF8.GetString((await AskAsync(proxy, Post(path, body))).Body));
    }

    [Fact]
    public async Task A_body_too_long_to_be_held_passes_as_it_is()
    {
        var body = $"{{\"stream\":true,\"x\":\"{new string('x', 9_000_000)}\",\"model\":\"tiny\"}}";
        await using var ollama = ScriptedUpstream.Answering(Echo);
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, readElsewhere: static _ => false);
        byte[] request =
        [
            .. "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"u8,
            .. Encoding.UTF8.GetBytes($"{body.Length:x}\r\n{body}\r\n0\r\n\r\n"),
        ];

        Assert.Equal(body.Length, (await AskAsync(proxy, request)).Body.Length);
        Assert.Equal("tiny:latest", (await proxy.NextAsync<LedgerEvent.RequestEnded>()).Request.Model);
    }

    [Fact]
    public async Task A_download_is_told_in_bytes_and_by_its_end()
    {
        const string Lines =
            "{\"status\":\"pulling manifest\"}\n"
            + "{\"status\":\"pulling 1\",\"digest\":\"sha256:1\",\"total\":1000}\n"
            + "{\"status\":\"pulling 1\",\"digest\":\"sha256:1\",\"total\":1000,\"completed\":1000}\n"
            + "{\"status\":\"success\"}\n";
        await using var ollama = ScriptedUpstream.Answering(_ => $"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: {Lines.Length}\r\n\r\n{Lines}");
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        await AskAsync(proxy, Post("/api/pull", "{\"model\":\"tiny\"}"));

        Assert.Equal(0, (await proxy.NextAsync<LedgerEvent.PullProgressed>()).Bytes); // it has begun
        var progressed = await proxy.NextAsync<LedgerEvent.PullProgressed>();
        var ended = await proxy.NextAsync<LedgerEvent.PullEnded>();
        Assert.Equal((1000L, ended.Request), (progressed.Bytes, progressed.Request));
        Assert.Equal(RequestOutcome.Ok, ended.Outcome);
    }

    private static RecordedExchange Recorded(string file, string title) =>
        RecordedExchange.Load(file).Single(exchange => exchange.Title == title);

    private static string Echo(RecordedMessage request) =>
        $"HTTP/1.1 200 OK\r\nContent-Length: {request.Body.Length}\r\n\r\n{Encoding.Latin1.GetString(request.Body)}";

    private static byte[] Post(string path, string body) =>
        Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static async Task<RecordedMessage> AskAsync(ProxyFixture proxy, byte[] request)
    {
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(request);
        return await client.ReceiveAnswerAsync();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var deadline = new CancellationTokenSource(RawConnection.Deadline);
        while (!isSo())
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    /// <summary>A clock that breaks once at a test's word.</summary>
    private sealed class FaultyTime : TimeProvider
    {
        private int _isBroken;

        public void BreakOnce() => Volatile.Write(ref _isBroken, 1);

        public override long GetTimestamp() =>
            Interlocked.Exchange(ref _isBroken, 0) == 1 ? throw new InvalidOperationException("This clock is broken.") : base.GetTimestamp();
    }
}
