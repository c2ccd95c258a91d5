using Agent.Core.Ollama;
using Agent.Proxy;
using CsCheck;

namespace Agent.Tests.Proxy;

public sealed class RecordedUsageTests
{
    private static readonly RecordedExchange[] Metered =
    [
        .. RecordedExchange.Files
            .SelectMany(RecordedExchange.Load)
            .Where(exchange => Route.Of(exchange.Method, exchange.Path) is { Kind: not RouteKind.Pull }),
    ];

    private static readonly Gen<int[]> Places = Gen.Int[0, 100_000].Array[0, 40];

    [Fact]
    public void Every_recorded_exchange_is_metered_as_it_was_read_by_hand()
    {
        var rows = File.ReadLines(Path.Combine(RecordedExchange.Folder, "usage.tsv")).Skip(1).Select(line => line.Split('\t')).ToList();

        var expected = rows.Select(row => $"{row[0]} {row[1]} {row[2]}: {MeteredExchange.Parse(row)}");
        var actual = Metered.Select(exchange => $"{exchange.File[..2]} {exchange.Number} {exchange.Title}: {MeteredExchange.Of(exchange)}");

        Assert.True(rows.Count > 150);
        Assert.Equal(expected.Order(), actual.Order());
    }

    [Fact]
    public void Any_split_of_a_recorded_exchange_is_metered_the_same() =>
        Gen.Select(OneOf(Metered), Places, Places).Sample(
            (exchange, request, answer) =>
                Assert.Equal(MeteredExchange.Of(exchange), Split(exchange, request, answer)),
            iter: 3000);

    [Fact]
    public void Byte_by_byte_a_recorded_exchange_is_metered_the_same() => Assert.All(
        Metered,
        exchange => Assert.Equal(
            MeteredExchange.Of(exchange),
            Split(exchange, [.. Enumerable.Range(0, exchange.Body.Length)], [.. Enumerable.Range(0, exchange.Answer?.Body.Length ?? 0)])));

    [Fact]
    public void Exchanges_that_run_side_by_side_are_metered_the_same() =>
        Gen.Select(OneOf(Metered).Array[2, 5], Places, Gen.Int[0, 4].Array[200, 300]).Sample(
            (exchanges, places, turns) =>
            {
                var running = exchanges.Select(exchange => MeteredExchange.Steps(
                    exchange,
                    MeteredExchange.Split(exchange.Body, places),
                    MeteredExchange.Split(exchange.Answer?.Body ?? [], places)).GetEnumerator()).ToArray();
                var results = new MeteredExchange?[exchanges.Length];
                void Step(int which) => results[which] = running[which].MoveNext() ? running[which].Current : results[which];

                Array.ForEach(turns, turn => Step(turn % exchanges.Length));
                for (var which = 0; which < exchanges.Length; which++)
                {
                    while (results[which] is null)
                    {
                        Step(which);
                    }
                }

                Assert.Equal(exchanges.Select(MeteredExchange.Of), results);
            },
            iter: 300);

    [Fact]
    public void A_stream_cut_anywhere_never_gives_more_than_the_whole_one() =>
        Gen.Select(OneOf([.. Metered.Where(exchange => exchange.Answer?.Status == 200)]), Gen.Double[0, 1]).Sample((exchange, part) =>
        {
            var whole = AnswerReader.Create(Route.Of(exchange.Method, exchange.Path)!, 200, exchange.Answer!.ContentType);
            var cut = AnswerReader.Create(Route.Of(exchange.Method, exchange.Path)!, 200, exchange.Answer.ContentType);
            var body = exchange.Answer.Body;
            whole.Feed(body);
            cut.Feed(body.AsSpan(0, (int)(part * body.Length)));

            var end = cut.Finish(clientLeft: true, upstreamBroke: false);
            Assert.InRange(cut.Pieces, 0, whole.Pieces);
            Assert.True(end.Usage.Quality != UsageQuality.Exact || end.Usage == whole.Finish(clientLeft: false, upstreamBroke: false).Usage);
        });

    [Fact]
    public void An_answer_names_the_model_that_was_asked_for() => Assert.All(
        Metered.Where(exchange => exchange.Answer?.Status == 200 && !exchange.File.StartsWith("20", StringComparison.Ordinal) && !exchange.Path.EndsWith("/embeddings", StringComparison.Ordinal)),
        exchange =>
        {
            var route = Route.Of(exchange.Method, exchange.Path)!;
            var reader = AnswerReader.Create(route, 200, exchange.Answer!.ContentType);
            reader.Feed(exchange.Answer.Body);
            var peek = new RequestPeek(route);
            peek.Feed(exchange.Body);

            Assert.Equal(peek.FullModel, reader.Finish(clientLeft: false, upstreamBroke: false).FullModel);
            Assert.True(peek.Streams == true || exchange.Answer.ContentType!.StartsWith("application/json", StringComparison.Ordinal));
        });

    private static Gen<RecordedExchange> OneOf(RecordedExchange[] exchanges) => Gen.Int[0, exchanges.Length - 1].Select(which => exchanges[which]);

    private static MeteredExchange Split(RecordedExchange exchange, int[] request, int[] answer) => MeteredExchange.Of(
        exchange,
        MeteredExchange.Split(exchange.Body, request),
        MeteredExchange.Split(exchange.Answer?.Body ?? [], answer));
}
