using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Agent.Proxy;
using CsCheck;

namespace Agent.Tests.Proxy;

public sealed partial class UsageInjectionTests
{
    private static readonly Route Chat = Route.Of("POST", "/v1/chat/completions")!;
    private static readonly Route Completions = Route.Of("POST", "/v1/completions")!;
    private static readonly IReadOnlyList<RecordedExchange> OpenAI = RecordedExchange.Load("09-openai.txt");

    [Fact]
    public void A_stream_that_did_not_ask_is_made_to_ask()
    {
        var asked = Encoding.UTF8.GetString(UsageInjection.Ask(Chat, Recorded("stream, no usage").Body)!);

        Assert.EndsWith("\"max_tokens\": 4,\"stream_options\":{\"include_usage\":true}}", asked, StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(asked).RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Theory]
    [InlineData("""{"model":"a","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","STREAM":true,"Stream_Options":{"Include_Usage":false},"stream_option\u0073":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","stream":false}""")]
    [InlineData("""{"model":"a"}""")]
    [InlineData("""{"model":"a","stream":true""")]
    [InlineData("""{"model":"a","stream":true}x""")]
    [InlineData("""{"model":"a","stream":true,"x":tru}""")]
    [InlineData("""[{"stream":true}]""")]
    [InlineData("")]
    public void A_body_that_asks_itself_or_cannot_be_read_passes_as_it_is(string body)
    {
        Assert.Null(UsageInjection.Ask(Chat, Encoding.UTF8.GetBytes(body)));
        Assert.Null(UsageInjection.Ask(Completions, Encoding.UTF8.GetBytes(body)));
    }

    [Theory]
    [InlineData("/v1/responses")]
    [InlineData("/v1/messages")]
    [InlineData("/api/chat")]
    public void Other_routes_pass_as_they_are(string path) =>
        Assert.Null(UsageInjection.Ask(Route.Of("POST", path)!, """{"model":"a","stream":true}"""u8));

    [Theory]
    [InlineData("""{"stream":true,"stream_options":{"include_usage":false}}""")]
    [InlineData("""{"stream":true,"stream_options":{"include_usage":true,"include_usage":false}}""")]
    [InlineData("{\"stream\":true,\"stream_options\":null}\r\n")]
    public void The_option_comes_last_for_the_last_one_counts(string body)
    {
        var asked = new RequestPeek(Chat);
        asked.Feed(UsageInjection.Ask(Chat, Encoding.UTF8.GetBytes(body)));

        Assert.True(asked.AsksForUsage);
    }

    [Theory]
    [InlineData("stream, include_usage", "stream, no usage")]
    [InlineData("/v1/completions stream", "stream no usage")]
    public void What_is_left_is_the_stream_of_one_that_did_not_ask(string withUsage, string without)
    {
        var asked = withUsage == "/v1/completions stream" ? OpenAI[10] : Recorded(withUsage);
        var body = asked.Answer!.Body;
        var left = Filtered(asked, [body]);

        Assert.Contains("usage", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.DoesNotContain("usage", Encoding.UTF8.GetString(left), StringComparison.Ordinal);
        Assert.Equal(Form(Recorded(without).Answer!.Body), Form(left));
    }

    [Fact]
    public void Only_what_the_option_added_is_gone()
    {
        var chat = Encoding.UTF8.GetString(Recorded("stream, include_usage").Answer!.Body);
        var lines = chat.Split("\n\n").Where(line => !line.Contains("\"choices\":[]", StringComparison.Ordinal));
        Assert.Equal(string.Join("\n\n", lines), Encoding.UTF8.GetString(Filtered(Recorded("stream, include_usage"), [Encoding.UTF8.GetBytes(chat)])));

        var completion = Encoding.UTF8.GetString(OpenAI[10].Answer!.Body);
        var cut = completion.Replace(""","usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", "", StringComparison.Ordinal);
        lines = cut.Split("\n\n").Where(line => !line.Contains("\"choices\":[]", StringComparison.Ordinal));
        Assert.Equal(string.Join("\n\n", lines), Encoding.UTF8.GetString(Filtered(OpenAI[10], [Encoding.UTF8.GetBytes(completion)])));
    }

    [Fact]
    public void Any_split_of_a_stream_is_filtered_the_same() =>
        Gen.Select(Gen.Int[0, OpenAI.Count - 1], Gen.Int[0, 5000].Array[0, 60]).Sample((which, places) =>
        {
            var body = OpenAI[which].Answer!.Body;
            Assert.Equal(Filtered(OpenAI[which], [body]), Filtered(OpenAI[which], MeteredExchange.Split(body, places)));
        });

    [Fact]
    public void A_stream_without_usage_passes_whatever_it_is() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Bool, Gen.Int[0, 300].Array[0, 9]).Sample((bytes, isChat, places) =>
            Assert.Equal(bytes, Filtered(isChat ? Chat : Completions, MeteredExchange.Split(bytes, places))));

    [Fact]
    public void A_whole_event_is_never_held_back()
    {
        foreach (var exchange in OpenAI.Where(exchange => exchange.Answer?.ContentType == "text/event-stream"))
        {
            var remover = new UsageChunkRemover(Route.Of(exchange.Method, exchange.Path)!.Kind);
            var fed = new List<byte>();
            var client = new ArrayBufferWriter<byte>();
            foreach (var line in Encoding.UTF8.GetString(exchange.Answer!.Body).Split("\n\n")[..^1])
            {
                var bytes = Encoding.UTF8.GetBytes(line + "\n\n");
                fed.AddRange(bytes);
                remover.Filter(bytes, client);
                Assert.Equal(Filtered(exchange, [[.. fed]]), client.WrittenSpan.ToArray());
            }
        }
    }

    [Fact]
    public void A_chat_chunk_is_handed_on_from_its_first_choice_on()
    {
        var client = new ArrayBufferWriter<byte>();
        var remover = new UsageChunkRemover(RouteKind.OpenAIChat);
        remover.Filter("data: {\"id\":\"chatcmpl-1\",\"choices\":["u8, client);
        Assert.Equal(0, client.WrittenCount);

        remover.Filter("{\"index\":0,\"delta\":{\"content\":\"a"u8, client);
        Assert.EndsWith("\"a", Encoding.UTF8.GetString(client.WrittenSpan), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_too_long_to_hold_passes_and_all_after_it()
    {
        var start = Encoding.UTF8.GetBytes($"data: {{\"x\":\"{new string('x', 2_000_000)}");
        var rest = "\",\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\ndata: {\"choices\":[],\"usage\":{}}\n\n"u8.ToArray();

        Assert.Equal([.. start, .. rest], Filtered(Chat, [start, rest]));
    }

    private static RecordedExchange Recorded(string title) => OpenAI.Single(exchange => exchange.Title == title);

    private static byte[] Filtered(RecordedExchange exchange, IEnumerable<byte[]> answer) => Filtered(Route.Of(exchange.Method, exchange.Path)!, answer);

    private static byte[] Filtered(Route route, IEnumerable<byte[]> answer)
    {
        var remover = new UsageChunkRemover(route.Kind);
        var client = new ArrayBufferWriter<byte>();
        foreach (var bytes in answer)
        {
            remover.Filter(bytes, client);
        }

        remover.Finish(client);
        return client.WrittenSpan.ToArray();
    }

    /// <summary>The kinds of events of a stream, without what differs between any two.</summary>
    private static IEnumerable<string> Form(byte[] stream) =>
        Particular.Replace(Encoding.UTF8.GetString(stream), "").Split('\n').Distinct();

    [GeneratedRegex("""(?<=cmpl-)\d+|(?<="finish_reason":)"\w+"|(?<="(text|content)":)" \w+"|(?<="created":)\d+""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Particular { get; }
}
