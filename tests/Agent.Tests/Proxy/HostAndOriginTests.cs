using System.Net;
using System.Text;

namespace Agent.Tests.Proxy;

/// <summary>Ollama's own checks of Host and Origin mean behind the proxy what they mean without it.</summary>
public sealed class HostAndOriginTests
{
    [Theory]
    [InlineData("localhost:11434", "http://localhost:11434")]
    [InlineData("evil.example", "http://evil.example")]
    [InlineData("evil.example:11435", "https://other.example")]
    [InlineData("EVIL_host.Example.:80", "null")]
    [InlineData("[::1]:11435", "app://obsidian.md")]
    public async Task On_loopback_both_pass_as_they_are(string host, string origin) =>
        Assert.Equal((host, origin), await SeenAsync(IPAddress.Loopback, host, origin));

    [Theory]
    [InlineData("box.lan:11435", "http://box.lan:11435", "http://{upstream}")]
    [InlineData("box.lan:11435", "https://box.lan:11435", "https://{upstream}")]
    [InlineData("box.lan:11435", "http://box.lan", "http://box.lan")]
    [InlineData("box.lan:11435", "http://evil.example", "http://evil.example")]
    [InlineData("10.0.0.1", "http://localhost:3000", "http://localhost:3000")]
    [InlineData("box.lan:11435", "", "")]
    public async Task Open_to_the_network_Ollama_sees_its_own_host_and_a_page_of_the_same_origin_stays_one(string host, string origin, string seen)
    {
        var (seenHost, seenOrigin) = await SeenAsync(IPAddress.Any, host, origin);

        Assert.StartsWith("127.0.0.1:", seenHost, StringComparison.Ordinal);
        Assert.Equal(seen.Replace("{upstream}", seenHost, StringComparison.Ordinal), seenOrigin);
    }

    [Fact]
    public async Task A_request_of_HTTP_1_0_without_a_host_gets_Ollamas_own()
    {
        await using var ollama = ScriptedUpstream.Answering(request => Echo(request));
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");

        Assert.EndsWith($"\r\n\r\n127.0.0.1:{ollama.Address.Port} ", Encoding.Latin1.GetString(await client.ReceiveToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ollamas_refusal_of_a_foreign_host_passes()
    {
        var refused = RecordedExchange.Load("12-errors.txt").Single(exchange => exchange.Title == "foreign Host");
        await using var ollama = RecordedOllama.Replay(refused);
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(refused.Request);
        var answer = await client.ReceiveAnswerAsync();

        Assert.Equal(("HTTP/1.1 403 Forbidden", "0"), (answer.FirstLine, answer["Content-Length"]));
    }

    private static async Task<(string Host, string Origin)> SeenAsync(IPAddress listen, string host, string origin)
    {
        await using var ollama = ScriptedUpstream.Answering(Echo);
        await using var proxy = await ProxyFixture.StartAsync(ollama.Address, listen);
        using var client = await proxy.ConnectAsync();
        var originLine = origin.Length == 0 ? "" : $"Origin: {origin}\r\n";
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n{originLine}\r\n");
        var seen = Encoding.Latin1.GetString((await client.ReceiveAnswerAsync()).Body).Split(' ');
        return (seen[0], seen[1]);
    }

    private static string Echo(RecordedMessage request)
    {
        Assert.Single(request.Headers, header => header.Name.Equals("Host", StringComparison.OrdinalIgnoreCase));
        var text = $"{request["Host"]} {request["Origin"]}";
        return $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}";
    }
}
