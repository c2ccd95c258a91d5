using System.Globalization;
using System.Text;
using Agent.Tests.Binary;

namespace Agent.Tests.Proxy;

/// <summary>Bodies of any size pass without being held.</summary>
[Collection(nameof(InRealTime))]
public sealed class BigBodyTests
{
    /// <summary>More than two connections' buffers can hold, and far less than what is sent.</summary>
    private const long MostHeld = 64 << 20;

    [Fact]
    public async Task A_client_that_reads_slowly_slows_Ollama_down()
    {
        var sent = 0L;
        var piece = new byte[64 * 1024];
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true)
            {
                await connection.SendAsync("10000\r\n");
                await connection.SendAsync(piece);
                await connection.SendAsync("\r\n");
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync(receiveBuffer: 4096);
        await client.SendAsync("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
        for (var second = 0; second < 3; second++)
        {
            Assert.Single(await client.ReceiveAsync(most: 1));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        using var deadline = new CancellationTokenSource(RawConnection.Deadline);
        for (var before = -1L; before != Interlocked.Read(ref sent);)
        {
            before = Interlocked.Read(ref sent);
            await Task.Delay(TimeSpan.FromSeconds(1), deadline.Token); // until it stands
        }

        Assert.InRange(Interlocked.Read(ref sent), 1, MostHeld);
    }

    [Fact]
    public async Task A_refusal_in_the_middle_of_a_body_reaches_the_client()
    {
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveTextAsync("\r\n\r\n");
            await connection.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            connection.Dispose(); // with what it did not read: the other end sees a reset
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST /api/blobs/sha256:00 HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 50000000\r\n\r\n");
        var sending = client.SendAsync(new byte[50_000_000]);

        Assert.Equal("HTTP/1.1 403 Forbidden", (await client.ReceiveAnswerAsync()).FirstLine);
        await Record.ExceptionAsync(() => sending); // it may see the connection's end
    }

    [Theory]
    [InlineData("/api/blobs/sha256:00", 5_000_000_000)]
    [InlineData("/api/generate", 1_000_000_000)]
    public async Task Gigabytes_go_up_without_being_held(string path, long size)
    {
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            var head = await connection.ReceiveTextAsync("\r\n\r\n");
            var received = (long)head.Length - head.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4;
            while (received < size)
            {
                received += await connection.CountAsync();
            }

            var text = received.ToString(CultureInfo.InvariantCulture);
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}");
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var piece = new byte[1_000_000];
        piece.AsSpan().Fill((byte)'x');
        "{\"prompt\":\""u8.CopyTo(piece);
        for (var sent = 0L; sent < size; sent += piece.Length)
        {
            await client.SendAsync(piece);
            piece.AsSpan(0, 16).Fill((byte)'x');
            if (sent % (size / 10) == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        Assert.Equal($"{size}", Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body));
        Assert.InRange(most - before, long.MinValue, MostHeld);
    }
}
