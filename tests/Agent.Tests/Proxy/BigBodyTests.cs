using System.Globalization;

namespace Agent.Tests.Proxy;

/// <summary>Bodies of any size pass without being held.</summary>
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
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        var before = Interlocked.Read(ref sent);
        Assert.InRange(before, 1, MostHeld);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal(before, Interlocked.Read(ref sent)); // it stands
    }

    [Theory]
    [InlineData("/api/blobs/sha256:00")]
    [InlineData("/api/generate")]
    public async Task Five_gigabytes_go_up_without_being_held(string path)
    {
        const long Size = 5_000_000_000;
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            var head = await connection.ReceiveTextAsync("\r\n\r\n");
            var received = (long)head.Length - head.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4;
            while (received < Size)
            {
                received += await connection.CountAsync();
            }

            var text = received.ToString(CultureInfo.InvariantCulture);
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}");
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Size}\r\n\r\n");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var piece = new byte[1_000_000];
        piece.AsSpan().Fill((byte)' ');
        for (var sent = 0L; sent < Size; sent += piece.Length)
        {
            await client.SendAsync(piece);
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
        }

        Assert.Equal($"{Size}", System.Text.Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body));
        Assert.InRange(most - before, long.MinValue, MostHeld);
    }
}
