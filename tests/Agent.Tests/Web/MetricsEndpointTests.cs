using System.IO.Compression;
using System.Net;
using Agent.Web;

namespace Agent.Tests.Web;

public sealed class MetricsEndpointTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Openmetrics_ends_with_its_mark_and_counters_keep_their_names()
    {
        await using var server = await WebServer.StartAsync();
        using var answer = await AskAsync(server, ("Accept", "application/openmetrics-text;version=1.0.0"));
        var text = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", $"{answer.Content.Headers.ContentType}");
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.Contains("\nprocess_cpu_seconds_total 0.5\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE process_cpu_seconds counter\n", text, StringComparison.Ordinal);
        Assert.Equal("Accept, Accept-Encoding", string.Join(", ", answer.Headers.Vary));
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, GZIP;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("identity", false)]
    public async Task A_scrape_is_packed_where_the_scraper_takes_it(string accepted, bool packed)
    {
        await using var server = await WebServer.StartAsync();
        using var answer = await AskAsync(server, ("Accept-Encoding", accepted));
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        using var text = new StreamReader(packed ? new GZipStream(body, CompressionMode.Decompress) : body);

        Assert.Equal(packed ? ["gzip"] : [], answer.Content.Headers.ContentEncoding);
        Assert.Contains("joulet_build_info{version=\"1.2.3\"} 1\n", await text.ReadToEndAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_longer_than_the_scraper_waits_is_refused_and_counted()
    {
        await using var server = await WebServer.StartAsync(snapshot: async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return WebServer.Empty;
        });
        using var answer = await AskAsync(server, (MetricsEndpoint.TimeoutHeader, "0.2"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("The metrics could not be told in the time that the scraper waits.\n", await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal(1, server.Counts.Refused["timeout"]);
    }

    [Fact]
    public async Task More_scrapes_than_a_few_at_once_are_refused_and_counted_and_the_others_answered()
    {
        var go = new TaskCompletionSource();
        await using var server = await WebServer.StartAsync(snapshot: async cancel =>
        {
            await go.Task.WaitAsync(cancel);
            return WebServer.Empty;
        });
        var scrapes = Enumerable.Range(0, 12).Select(_ => AskAsync(server)).ToList();
        while (server.Counts.Refused["busy"] < 4)
        {
            var refused = await Task.WhenAny(scrapes);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await refused).StatusCode);
            scrapes.Remove(refused);
        }

        go.SetResult();
        Assert.All(await Task.WhenAll(scrapes), answer => Assert.True(answer.StatusCode is HttpStatusCode.OK || server.Counts.Refused["busy"] == 4));
        Assert.Equal(4, server.Counts.Refused["busy"]);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var server = await WebServer.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{server.Address}/secrets"), Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(WebServer server, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{server.Address}/metrics");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, Stop);
    }
}
