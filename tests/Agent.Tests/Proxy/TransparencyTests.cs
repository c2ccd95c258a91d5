using System.Globalization;
using System.Text;

namespace Agent.Tests.Proxy;

/// <summary>What passes through the proxy passes as it is, when it is there.</summary>
public sealed class TransparencyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Sun, 22 Nov 2026 16:08:05 GMT\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("/")]
    [InlineData("//api//ps")]
    [InlineData("/api/ps/")]
    [InlineData("/api/./show/../tags")]
    [InlineData("/api/blobs/sha256%3A00%2f11%20%41?a=%2F&b=+&c=%zz&&#x")]
    [InlineData("/v1/models/a%2Fb:c?")]
    [InlineData("/api/tags?q='\"<>|{}[]^`")]
    [InlineData("/metrics")]
    public async Task A_path_passes_letter_by_letter(string target)
    {
        await using var ollama = ScriptedUpstream.Answering(request => Echo(request.FirstLine));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);

        Assert.Equal($"GET {target} HTTP/1.1", await GetAsync(proxy, target));
    }

    [Fact]
    public async Task A_client_that_takes_it_for_a_forward_proxy_is_served()
    {
        await using var ollama = ScriptedUpstream.Answering(request => Echo(request.FirstLine));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);

        Assert.Equal("GET /api//tags?x=%2F HTTP/1.1", await GetAsync(proxy, $"http://localhost:{proxy.Address.Port}/api//tags?x=%2F", $"localhost:{proxy.Address.Port}"));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("BREW")]
    public async Task Any_method_passes(string method)
    {
        await using var ollama = ScriptedUpstream.Answering(request => Echo(request.FirstLine));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"{method} /nosuch HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Equal($"{method} /nosuch HTTP/1.1", Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body));
    }

    [Fact]
    public async Task Headers_pass_and_none_is_added()
    {
        string[] sent =
        [
            "Host: localhost:11434", "User-Agent: a/1 (b; c) d", "Accept: */*, text/plain;q=0.1", "Authorization: Bearer t\u00e9st==", "x-api-key: k",
            "Cookie: a=b; c=d", "X-Empty: ", "Accept-Encoding: gzip, zstd, br", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "X-Forwarded-For: 10.1.2.3", "Content-Type: Application/JSON;charset=UTF-8", "Content-Length: 2", "Range: bytes=0-1", "If-None-Match: W/\"x\"",
        ];
        await using var ollama = ScriptedUpstream.Answering(request => Echo(string.Join('\n', request.Headers.Select(header => $"{header.Name}: {header.Value}"))));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST /api/show HTTP/1.1\r\n{string.Join("\r\n", sent)}\r\n\r\n{{}}");

        Assert.Equal(sent.Order(StringComparer.Ordinal), Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body).Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_answers_headers_pass_and_none_is_added()
    {
        string[] sent =
        [
            "Server: x/1", "Date: Sun, 22 Nov 2026 16:08:05 GMT", "Set-Cookie: a=b; Path=/", "Set-Cookie: c=d", "Vary: Origin", "Vary: Accept", "Location: //elsewhere/%2F",
            "X-Name: \u00e9\u00ff", "X-Empty: ", "Content-Type: text/plain;charset=UTF-8", "Content-Encoding: zstd", "Content-Length: 2", "Strict-Transport-Security: max-age=1",
            "Www-Authenticate: Basic", "Access-Control-Allow-Origin: *", "Etag: \"e\"", "Last-Modified: never", "Expires: 0",
        ];
        await using var ollama = ScriptedUpstream.Answering(_ => $"HTTP/1.1 302 Gone Elsewhere\r\n{string.Join("\r\n", sent)}\r\n\r\nok");
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var answer = await client.ReceiveAnswerAsync();

        Assert.Equal("HTTP/1.1 302 Gone Elsewhere", answer.FirstLine);
        Assert.Equal(sent.Order(StringComparer.OrdinalIgnoreCase), answer.Headers.Select(header => $"{header.Name}: {header.Value}").Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/nosuch")]
    [InlineData("/api/chat")]
    public async Task A_piece_of_an_answer_is_with_the_client_before_the_next_is_sent(string path)
    {
        using var received = new SemaphoreSlim(0);
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var piece = 0; piece < 20; piece++)
            {
                Assert.True(await received.WaitAsync(RawConnection.Deadline));
                await connection.SendAsync($"14\r\n{{\"done\":false}} {piece:D5}\r\n");
            }

            Assert.True(await received.WaitAsync(RawConnection.Deadline));
            await connection.SendAsync("0\r\n\r\n");
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}");

        Assert.Contains("\r\n\r\n", await client.ReceiveTextAsync("\r\n\r\n"), StringComparison.Ordinal); // the head, before there is any body
        for (var piece = 0; piece < 20; piece++)
        {
            received.Release();
            Assert.Contains($"{piece:D5}", await client.ReceiveTextAsync($"{piece:D5}\r\n"), StringComparison.Ordinal);
        }

        received.Release();
        Assert.Equal("0\r\n\r\n", await client.ReceiveTextAsync("0\r\n\r\n"));
    }

    [Fact]
    public async Task Requests_sent_ahead_are_answered_in_their_order_on_one_connection()
    {
        await using var ollama = ScriptedUpstream.Answering(request => Echo(request.FirstLine));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(string.Concat(Enumerable.Range(0, 20).Select(number => $"GET /{number} HTTP/1.1\r\nHost: localhost\r\n\r\n")));

        for (var number = 0; number < 20; number++)
        {
            Assert.Equal($"GET /{number} HTTP/1.1", Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body));
        }
    }

    [Fact]
    public async Task A_silent_client_is_waited_for_before_within_and_after_a_request()
    {
        const string Request = "GET /api/tags HTTP/1.1\r\nHost: localhost\r\n\r\n";
        await using var ollama = ScriptedUpstream.Answering(request => Echo(request.FirstLine));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var before = await proxy.ConnectAsync();
        using var within = await proxy.ConnectAsync();
        using var after = await proxy.ConnectAsync();
        await within.SendAsync(Request[..20]);
        await after.SendAsync(Request);
        await after.ReceiveAnswerAsync();

        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken); // the server looks at its connections each second

        foreach (var (client, rest) in new[] { (before, Request), (within, Request[20..]), (after, Request) })
        {
            await client.SendAsync(rest);
            Assert.Equal(200, (await client.ReceiveAnswerAsync()).Status);
        }
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_gets_a_stream_without_chunks_and_its_end()
    {
        await using var ollama = ScriptedUpstream.Answering(_ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST /api/generate HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}"); // and no Host

        var answer = Encoding.Latin1.GetString(await client.ReceiveToEndAsync());
        Assert.EndsWith("\r\n\r\nabcde", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_told_to_go_on_with_its_body_when_Ollama_says_so_and_not_before()
    {
        var goOn = new TaskCompletionSource();
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            var head = await connection.ReceiveTextAsync("\r\n\r\n");
            Assert.Contains("Expect: 100-continue", head, StringComparison.OrdinalIgnoreCase);
            await goOn.Task;
            await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            Assert.Equal("body", await connection.ReceiveTextAsync("body"));
            await connection.SendAsync(Ok);
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST /api/blobs/x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        goOn.SetResult();

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReceiveTextAsync("\r\n\r\n"));
        await client.SendAsync("body");
        Assert.Equal("ok", Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body));
    }

    [Fact]
    public async Task A_client_that_Ollama_refuses_is_not_told_to_go_on_with_its_body()
    {
        await using var ollama = new ScriptedUpstream(async connection =>
        {
            await connection.ReceiveTextAsync("\r\n\r\n");
            await connection.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        });
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST /api/blobs/x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 100000\r\n\r\n");

        Assert.Equal("HTTP/1.1 403 Forbidden", (await client.ReceiveAnswerAsync()).FirstLine);
    }

    [Theory]
    [InlineData("Content-Length: 5", "hello")]
    [InlineData("Transfer-Encoding: chunked", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")]
    public async Task A_body_passes_however_it_is_framed(string framing, string body)
    {
        await using var ollama = ScriptedUpstream.Answering(request => Echo(Encoding.Latin1.GetString(request.Body)));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n{body}");

        Assert.Equal("hello", Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body));
    }

    [Fact]
    public async Task A_head_as_long_as_Go_takes_passes_and_a_longer_one_is_refused()
    {
        await using var ollama = ScriptedUpstream.Answering(request => Echo(request["X-Long"]!.Length.ToString(CultureInfo.InvariantCulture)));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {new string('x', 1_000_000)}\r\n\r\n");
        Assert.Equal("1000000", Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body));

        using var other = await proxy.ConnectAsync();
        var sending = other.SendAsync($"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {new string('x', 1_100_000)}\r\n\r\n");
        Assert.Equal("HTTP/1.1 431 Request Header Fields Too Large", (await other.ReceiveAnswerAsync()).FirstLine);
        await Record.ExceptionAsync(() => sending); // it may see the connection's end
    }

    private static string Echo(string text) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\n\r\n{text}";

    private static async Task<string> GetAsync(ProxyFixture proxy, string target, string host = "localhost")
    {
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        return Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body);
    }
}
