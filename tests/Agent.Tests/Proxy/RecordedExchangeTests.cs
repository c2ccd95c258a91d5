using System.Text;

namespace Agent.Tests.Proxy;

public sealed class RecordedExchangeTests
{
    private static readonly RecordedExchange[] All = [.. RecordedExchange.Files.SelectMany(RecordedExchange.Load)];

    [Fact]
    public void Every_exchange_of_every_recording_is_read()
    {
        var requests = RecordedExchange.Files
            .SelectMany(file => File.ReadLines(Path.Combine(RecordedExchange.Folder, file)))
            .Count(line => line.StartsWith("### [", StringComparison.Ordinal) && line.Contains("] REQUEST ", StringComparison.Ordinal));

        Assert.Equal(20, RecordedExchange.Files.Count());
        Assert.Equal(requests, All.Length);
    }

    [Fact]
    public void A_request_has_as_many_bytes_as_it_says()
    {
        var said =
            from exchange in All
            let head = Encoding.Latin1.GetString(exchange.Request).Split("\r\n\r\n", 2)
            from line in head[0].Split("\r\n")
            where line.StartsWith("Content-Length: ", StringComparison.Ordinal)
            select (exchange, Said: line["Content-Length: ".Length..], Is: $"{head[1].Length}");

        Assert.Empty(said.Where(row => row.Said != row.Is).Select(row => $"{row.exchange}: {row.Said}, not {row.Is}"));
    }

    [Fact]
    public void An_answer_that_was_recorded_to_its_end_is_whole() => Assert.Empty(
        All.Where(exchange => exchange.End == RecordedEnd.Complete && exchange.Answer?.Whole != true).Select(exchange => $"{exchange}"));

    [Fact]
    public void An_answer_that_broke_off_is_not_whole() => Assert.Equal(
        ["17-runner-killed.txt 11 stream, server gets SIGTERM"],
        All.Where(exchange => exchange is { End: RecordedEnd.ServerClosed, Answer.Whole: false }).Select(exchange => $"{exchange}"));

    [Fact]
    public void A_shortened_answer_still_has_whole_lines() => Assert.All(
        All.Where(exchange => exchange.Shortened),
        exchange => Assert.All(
            Encoding.UTF8.GetString(exchange.Answer!.Body).Split('\n')[..^1].Where(line => line.Length > 0),
            line => Assert.Matches("^(\\{.*\\}|data: .*|event: .*)$", line)));

    [Fact]
    public void What_was_cut_out_of_a_line_that_repeats_itself_is_restored()
    {
        var exchange = All.Single(exchange => exchange.Title == "prompt longer than context (default: truncated)");

        Assert.False(exchange.Shortened);
        Assert.Equal(72_491, exchange.Reads.Sum(read => read.Bytes.Length));
    }
}
