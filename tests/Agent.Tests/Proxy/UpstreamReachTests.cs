using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agent.Tests.Proxy;

/// <summary>Ollama is not there: clients are told each time, the log once.</summary>
public sealed class UpstreamReachTests
{
    private const string Chat = "{\"model\":\"tiny\",\"stream\":true}";

    [Fact]
    public async Task Where_Ollama_is_not_there_each_client_is_told_and_the_log_once_and_when_it_is_back()
    {
        using var logs = new LoggedLines();
        var port = FreePort();
        await using var proxy = await ProxyFixture.StartAsync(new Uri($"http://127.0.0.1:{port}"), logs: logs);
        for (var time = 0; time < 3; time++)
        {
            var answer = await AskAsync(proxy, "/api/chat");
            Assert.Equal(502, answer.Status);
            Assert.Equal("application/json; charset=utf-8", answer.ContentType);
            Assert.Equal(
                $$"""{"error":"joulet got no answer from Ollama at http://127.0.0.1:{{port}}: Connection refused. Start Ollama there, or set ollama.upstream to where it listens."}""",
                Encoding.UTF8.GetString(answer.Body));
        }

        await using var ollama = ScriptedUpstream.Answering(static _ => "HTTP/1.1 204 No Content\r\n\r\n", port);
        Assert.Equal(204, (await AskAsync(proxy, "/api/chat")).Status);
        Assert.Equal(204, (await AskAsync(proxy, "/api/chat")).Status);

        Assert.Equal(
            [
                $"Information: The proxy listens at 127.0.0.1:0 for Ollama at http://127.0.0.1:{port}.",
                $"Warning: The proxy got no answer from Ollama at http://127.0.0.1:{port}: Connection refused. Start Ollama there, or set ollama.upstream to where it listens. Until then its clients get a 502.",
                $"Information: The proxy reaches Ollama at http://127.0.0.1:{port} again.",
            ],
            logs.Lines);
    }

    [Fact]
    public async Task Bodies_held_for_an_Ollama_that_was_not_there_are_not_held_on()
    {
        var port = FreePort();
        await using var proxy = await ProxyFixture.StartAsync(new Uri($"http://127.0.0.1:{port}"), readElsewhere: static _ => false);
        for (var time = 0; time < 20; time++) // each may be 8 MiB long, and 128 MiB are held at most
        {
            Assert.Equal(502, (await AskAsync(proxy, "/v1/chat/completions")).Status);
        }

        await using var ollama = ScriptedUpstream.Answering(Echo, port);
        Assert.Contains("include_usage", Encoding.UTF8.GetString((await AskAsync(proxy, "/v1/chat/completions")).Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answers_in_Ollamas_place_and_speaks_no_HTTP_is_told_so()
    {
        await using var ollama = ScriptedUpstream.Answering(static _ => "220 mail.example ESMTP\r\n");
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        var answer = await AskAsync(proxy, "/api/chat");

        Assert.Equal(502, answer.Status);
        Assert.Contains("does not speak HTTP as Ollama does. Set ollama.upstream", Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_the_network_can_reach_says_that_it_asks_nobody_who_they_are()
    {
        using var logs = new LoggedLines();
        await using var proxy = await ProxyFixture.StartAsync(new Uri("http://127.0.0.1:1"), listen: IPAddress.Any, logs: logs);

        Assert.Single(logs.Lines, line => line.StartsWith("Warning: The proxy listens at 0.0.0.0:0, which the network can reach", StringComparison.Ordinal));
    }

    private static string Echo(RecordedMessage request) =>
        $"HTTP/1.1 200 OK\r\nContent-Length: {request.Body.Length}\r\n\r\n{Encoding.Latin1.GetString(request.Body)}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<RecordedMessage> AskAsync(ProxyFixture proxy, string path)
    {
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{Chat.Length:x}\r\n{Chat}\r\n0\r\n\r\n");
        return await client.ReceiveAnswerAsync();
    }
}
