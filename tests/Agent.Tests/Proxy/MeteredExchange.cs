using System.Globalization;
using Agent.Core.Ollama;
using Agent.Proxy;

namespace Agent.Tests.Proxy;

/// <summary>A recorded exchange as the meter sees it, or as usage.tsv has it.</summary>
/// <param name="Model">The request's.</param>
internal sealed record MeteredExchange(string? Model, RequestOutcome Outcome, long? Prompt, long? Cached, long? Generated, UsageQuality Quality)
{
    private const string None = "-";

    /// <summary>Runs an exchange through the meter, its bytes split as they came.</summary>
    public static MeteredExchange Of(RecordedExchange exchange) =>
        Of(exchange, Split(exchange.Body, []), exchange.Answer?.BodyReads.Select(read => read.Bytes) ?? []);

    /// <summary>Runs an exchange through the meter, its bytes split anyhow.</summary>
    public static MeteredExchange Of(RecordedExchange exchange, IEnumerable<byte[]> request, IEnumerable<byte[]> answer)
    {
        var steps = Steps(exchange, request, answer).ToList();
        return steps[^1]!;
    }

    /// <summary>The same piece by piece; the last step has the result.</summary>
    public static IEnumerable<MeteredExchange?> Steps(RecordedExchange exchange, IEnumerable<byte[]> request, IEnumerable<byte[]> answer)
    {
        var route = Route.Of(exchange.Method, exchange.Path)!;
        var peek = new RequestPeek(route);
        foreach (var bytes in request)
        {
            peek.Feed(bytes);
            yield return null;
        }

        var clientLeft = exchange.End is RecordedEnd.ClientClosed or RecordedEnd.TimedOut;
        var end = AnswerEnd.None(clientLeft);
        if (exchange.Answer is { } message)
        {
            var reader = AnswerReader.Create(route, message.Status, message.ContentType);
            foreach (var bytes in answer)
            {
                reader.Feed(bytes);
                yield return null;
            }

            end = reader.Finish(clientLeft, upstreamBroke: !clientLeft && !message.Whole);
        }

        yield return new(peek.FullModel, end.Outcome, end.Usage.Prompt, end.Usage.Cached, end.Usage.Generated, end.Usage.Quality);
    }

    /// <summary>Bytes cut at some places.</summary>
    public static IEnumerable<byte[]> Split(byte[] bytes, IEnumerable<int> places)
    {
        var from = 0;
        foreach (var place in places.Select(place => place % (bytes.Length + 1)).Order().Append(bytes.Length))
        {
            yield return bytes[from..place];
            from = place;
        }
    }

    /// <summary>A row of usage.tsv.</summary>
    public static MeteredExchange Parse(string[] row) => new(
        row[3] == None ? null : row[3],
        Enum.Parse<RequestOutcome>(row[4], ignoreCase: true),
        Number(row[5]),
        Number(row[6]),
        Number(row[7]),
        Enum.Parse<UsageQuality>(row[8], ignoreCase: true));

    private static long? Number(string text) => text == None ? null : long.Parse(text, CultureInfo.InvariantCulture);
}
