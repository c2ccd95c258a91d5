using System.Text;
using Agent.Core.Attribution;
using Agent.Proxy;

namespace Agent.Tests.Proxy;

/// <summary>Every recorded exchange, directly and through the proxy.</summary>
public sealed class ReplayedThroughProxyTests
{
    /// <summary>Of one connection only: each side of a proxy has its own.</summary>
    private static readonly string[] HopByHop = ["Transfer-Encoding", "Connection", "Keep-Alive"];

    /// <summary>Not HTTP, or of the connection: the proxy's server answers these itself, or they have tests of their own.</summary>
    private static readonly string[] NotReplayed =
        ["HTTP/1.1 no Host", "HTTP/2 prior knowledge preface", "garbage", "pipelined pair"];

    public static TheoryData<string> Files => [.. RecordedExchange.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_a_client_gets_through_the_proxy_is_what_it_gets_directly(string file)
    {
        var exchanges = RecordedExchange.Load(file)
            .Where(exchange => exchange.Answer is not null && !NotReplayed.Contains(exchange.Title))
            .ToList();

        Assert.NotEmpty(exchanges);
        foreach (var exchange in exchanges)
        {
            await using var ollama = RecordedOllama.Replay(exchange);
            await using var proxy = await ProxyFixture.StartAsync(ollama.Address);
            var direct = await AskAsync(ollama.Address, exchange);
            var proxied = await AskAsync(proxy.Address, exchange);

            var isOld = Encoding.Latin1.GetString(exchange.Request).Contains(" HTTP/1.0\r\n", StringComparison.Ordinal);
            Assert.Equal(isOld ? direct.FirstLine.Replace("HTTP/1.0", "HTTP/1.1", StringComparison.Ordinal) : direct.FirstLine, proxied.FirstLine);
            Assert.Equal(Headers(direct), Headers(proxied, withDate: direct["Date"] is not null));
            Assert.Equal(direct.Body, proxied.Body);
            Assert.Equal(direct.Whole, proxied.Whole);
            Assert.Equal(0, proxy.Server.Lost.Sum(lost => lost.Count));
            await AssertEventsAsync(proxy, exchange);
        }
    }

    /// <summary>A metered request has one start and one end, and they are of one request.</summary>
    private static async Task AssertEventsAsync(ProxyFixture proxy, RecordedExchange exchange)
    {
        switch (Route.Of(exchange.Method, exchange.Path))
        {
            case null:
                Assert.Empty(proxy.Told());
                break;
            case { Kind: RouteKind.Pull }:
                await proxy.NextAsync<LedgerEvent.PullEnded>();
                break;
            case { } route:
                var started = await proxy.NextAsync<LedgerEvent.RequestStarted>();
                var ended = await proxy.NextAsync<LedgerEvent.RequestEnded>();
                Assert.Equal(started.Request with { Model = started.Request.Model ?? ended.Request.Model }, ended.Request);
                Assert.Equal((route.Api, route.Embedding), (ended.Request.Api, ended.Request.Embedding));
                Assert.Equal(started.At, ended.End.Started);
                Assert.Equal(exchange.Answer!.Status / 100 == 2, ended.End.Served);
                Assert.True(ended.At >= ended.End.Started);
                break;
        }
    }

    /// <summary>By name: the order is the server's own. Where Ollama tells no date the proxy must.</summary>
    private static List<string> Headers(RecordedMessage answer, bool withDate = true) =>
    [
        .. answer.Headers
            .Where(header => !HopByHop.Contains(header.Name, StringComparer.OrdinalIgnoreCase) && (withDate || header.Name != "Date"))
            .Select(header => $"{header.Name}: {header.Value}")
            .Order(StringComparer.Ordinal),
    ];

    private static async Task<RecordedMessage> AskAsync(Uri address, RecordedExchange exchange)
    {
        using var connection = await RawConnection.OpenAsync(address);
        await connection.SendAsync(exchange.Request);
        var isCut = exchange.End is RecordedEnd.ClientClosed or RecordedEnd.TimedOut;
        var isHead = exchange.Method == "HEAD";
        var answer = await connection.ReceiveAnswerAsync(isHead, isCut ? exchange.Answer!.Body.Length : null);
        return answer.Status == 100 ? await connection.ReceiveAnswerAsync(isHead) : answer;
    }
}
