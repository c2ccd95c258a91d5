using System.Text;
using Agent.Core.Ollama;
using Agent.Proxy;

namespace Agent.Tests.Proxy;

public sealed class PullReaderTests
{
    private const string Stream = "application/x-ndjson";

    [Fact]
    public void What_a_layer_grows_by_was_downloaded()
    {
        var pull = Fed(
            """{"status":"pulling manifest"}""",
            """{"status":"pulling aaa","digest":"sha256:aaa","total":1000}""",
            """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":400}""",
            """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":1000}""",
            """{"status":"verifying sha256 digest"}""");

        Assert.Equal(1000, pull.Bytes);
    }

    [Fact]
    public void A_layer_that_was_there_is_no_download() => Assert.Equal(0, Fed(
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":1000}""",
        """{"status":"success"}""").Bytes);

    [Fact]
    public void What_was_there_of_a_layer_is_no_download() => Assert.Equal(100, Fed(
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":900}""",
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":1000}""").Bytes);

    [Fact]
    public void Success_tells_that_the_layers_are_whole() => Assert.Equal(1007, Fed(
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000}""",
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":600}""",
        """{"status":"pulling bbb","digest":"sha256:bbb","total":7}""",
        """{"status":"success"}""",
        """{"status":"success"}""").Bytes);

    [Fact]
    public void A_part_that_is_downloaded_again_counts_once() => Assert.Equal(800, Fed(
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000}""",
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":600}""",
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":300}""",
        """{"status":"pulling aaa","digest":"sha256:aaa","total":1000,"completed":800}""").Bytes);

    [Fact]
    public void Many_layers_count_though_few_are_kept() => Assert.Equal(1000 * 50, Fed([.. Enumerable.Range(0, 1000).SelectMany(layer => (string[])
        [
            $$"""{"status":"pulling {{layer}}","digest":"sha256:{{layer}}","total":50}""",
            $$"""{"status":"pulling {{layer}}","digest":"sha256:{{layer}}","total":50,"completed":50}""",
        ])]).Bytes);

    [Theory]
    [InlineData(200, Stream, "{\"status\":\"success\"}\n", false, RequestOutcome.Ok)]
    [InlineData(200, "application/json; charset=utf-8", "{\"status\":\"success\"}", false, RequestOutcome.Ok)]
    [InlineData(200, Stream, "{\"status\":\"pulling manifest\"}\n{\"error\":\"no such host\"}\n", false, RequestOutcome.Error)]
    [InlineData(200, Stream, "{\"status\":\"pulling manifest\"}\n", false, RequestOutcome.Error)]
    [InlineData(200, Stream, "{\"status\":\"pulling manifest\"}\n", true, RequestOutcome.Aborted)]
    [InlineData(200, Stream, "{\"status\":\"success\"}\n", true, RequestOutcome.Ok)]
    [InlineData(500, "application/json", "{\"error\":\"no such host\"}", false, RequestOutcome.Error)]
    public void Its_outcome_is_what_the_last_line_says(int status, string contentType, string body, bool clientLeft, RequestOutcome outcome)
    {
        var pull = new PullReader(status, contentType);
        pull.Feed(Encoding.UTF8.GetBytes(body));

        Assert.Equal(outcome, pull.Finish(clientLeft));
    }

    [Fact]
    public void The_recorded_pull_failed()
    {
        var exchange = RecordedExchange.Load("12-errors.txt").Single(exchange => exchange.Path == "/api/pull");
        var pull = new PullReader(exchange.Answer!.Status, exchange.Answer.ContentType);
        pull.Feed(exchange.Answer.Body);

        Assert.Equal((RequestOutcome.Error, 0), (pull.Finish(clientLeft: false), pull.Bytes));
    }

    private static PullReader Fed(params string[] lines)
    {
        var pull = new PullReader(200, Stream);
        foreach (var line in lines)
        {
            pull.Feed(Encoding.UTF8.GetBytes(line + "\n"));
        }

        return pull;
    }
}
