using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Ollama;

namespace Agent.Tests.Proxy;

/// <summary>One side goes away: the other sees what it would see without the proxy, and at once.</summary>
public sealed class BrokenConnectionTests
{
    private const string Chat = "{\"model\": \"tiny\"}";

    private static readonly string Request = $"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Chat.Length}\r\n\r\n{Chat}";

    [Fact]
    public async Task A_client_that_leaves_before_the_answers_first_byte_is_gone_for_Ollama_too()
    {
        var (asked, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            asked.SetResult();
            Assert.Empty(await connection.ReceiveAsync());
            left.SetResult();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using (var client = await proxy.ConnectAsync())
        {
            await client.SendAsync(Request);
            await asked.Task.WaitAsync(RawConnection.Deadline, TestContext.Current.CancellationToken);
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        var end = await proxy.NextAsync<LedgerEvent.RequestEnded>();
        Assert.Equal((RequestOutcome.Aborted, false, "tiny:latest"), (end.End.Outcome, end.End.Served, end.Request.Model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_in_mid_stream_is_gone_for_Ollama_too(bool withReset)
    {
        var left = new TaskCompletionSource();
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            await connection.SendAsync(Chunk("{\"message\":{\"content\":\"a\"},\"done\":false}\n"));
            Assert.Empty(await connection.ReceiveAsync());
            left.SetResult();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using (var client = await proxy.ConnectAsync())
        {
            await client.SendAsync(Request);
            await client.ReceiveTextAsync("false}\n\r\n");
            if (withReset)
            {
                client.Reset();
            }
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        var end = await proxy.NextAsync<LedgerEvent.RequestEnded>();
        Assert.Equal((RequestOutcome.Aborted, true, 1L), (end.End.Outcome, end.End.Served, end.End.Usage.Generated));
    }

    [Fact]
    public async Task A_client_that_ends_its_sending_side_counts_as_gone_as_it_does_for_Ollama()
    {
        var (asked, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            asked.SetResult();
            Assert.Empty(await connection.ReceiveAsync());
            left.SetResult();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(Request);
        await asked.Task.WaitAsync(RawConnection.Deadline, TestContext.Current.CancellationToken);
        client.EndSending();

        await left.Task.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("/api/blobs/sha256:00")]
    [InlineData("/api/chat")]
    public async Task A_client_that_leaves_while_it_sends_is_gone_for_Ollama_too(string path)
    {
        var (begun, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveTextAsync("\r\n\r\n");
            begun.SetResult();
            Assert.Null(await connection.ReceiveRequestAsync());
            left.SetResult();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using (var client = await proxy.ConnectAsync())
        {
            await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{new string('x', 50_000)}");
            await begun.Task.WaitAsync(RawConnection.Deadline, TestContext.Current.CancellationToken);
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
    }

    /// <summary>A short stream of a real Ollama, ended after each of its bytes.</summary>
    [Theory]
    [InlineData("15-http.txt", "keep-alive 2 (same connection, stream)")]
    [InlineData("12-errors.txt", "/api/chat unknown model")]
    [InlineData("12-errors.txt", "trailing slash")]
    public async Task Where_Ollama_dies_at_any_byte_the_client_gets_all_up_to_there_and_no_end(string file, string title)
    {
        var exchange = RecordedExchange.Load(file).Single(exchange => exchange.Title == title);
        byte[] answer = [.. exchange.Reads.SelectMany(read => read.Bytes)];
        var length = 0;
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            if (await connection.ReceiveRequestAsync() is not null)
            {
                await connection.SendAsync(answer.AsMemory(0, length));
                connection.Dispose();
            }
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        var headLength = answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        for (length = 0; length < answer.Length; length++)
        {
            using var client = await proxy.ConnectAsync();
            await client.SendAsync(exchange.Request);
            var received = await client.ReceiveToEndAsync();
            if (length < headLength)
            {
                Assert.Empty(received); // no client can use half a head
                continue;
            }

            Assert.True(received.Length > 0, $"nothing came, {length} bytes after {headLength} of head");
            var direct = RawConnection.Parse(answer[..length], isHead: false);
            var proxied = RawConnection.Parse(received, isHead: false);
            Assert.Equal(direct.FirstLine, proxied.FirstLine);
            Assert.Equal(direct.Body, proxied.Body);
            Assert.False(proxied.Whole, $"after {length} bytes");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_Ollama_dies_before_it_answers_the_client_gets_no_answer_either(bool withReset)
    {
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveTextAsync("\r\n\r\n");
            if (withReset)
            {
                connection.Reset();
            }

            connection.Dispose();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST /api/blobs/sha256:00 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n");
        var sending = client.SendAsync(new byte[20_000_000]);

        Assert.Empty(await client.ReceiveToEndAsync());
        await Record.ExceptionAsync(() => sending); // it may see the connection's end
    }

    [Fact]
    public async Task What_Ollama_sent_before_it_died_reaches_a_client_that_is_slow()
    {
        var body = new string('x', 2_000_000);
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n{body}");
            connection.EndSending();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync(receiveBuffer: 4096);
        await client.SendAsync("GET /api/tags HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await Task.Delay(200, TestContext.Current.CancellationToken); // most of it waits in the proxy and before it

        var received = await client.ReceiveToEndAsync();
        Assert.Equal(body.Length, received.Length - received.AsSpan().IndexOf("\r\n\r\n"u8) - 4);
    }

    [Fact]
    public async Task An_answer_that_broke_off_is_an_error_of_Ollamas()
    {
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            await connection.SendAsync(Chunk("{\"message\":{\"content\":\"a\"},\"done\":false}\n"));
            connection.Dispose();
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(Request);
        await client.ReceiveToEndAsync();

        var end = await proxy.NextAsync<LedgerEvent.RequestEnded>();
        Assert.Equal((RequestOutcome.Error, true, 1L), (end.End.Outcome, end.End.Served, end.End.Usage.Generated));
    }

    private static string Chunk(string text) => $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n";
}
