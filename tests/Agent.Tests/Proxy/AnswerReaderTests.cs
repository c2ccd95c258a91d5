using System.Text;
using Agent.Core.Ollama;
using Agent.Proxy;
using CsCheck;

namespace Agent.Tests.Proxy;

/// <summary>What the recordings do not show: newer fields, thinking and tools, errors of other kinds.</summary>
public sealed class AnswerReaderTests
{
    private const string Lines = "application/x-ndjson";
    private const string Events = "text/event-stream";
    private const string Json = "application/json; charset=utf-8";

    [Fact]
    public void A_newer_Ollama_tells_what_was_cached()
    {
        var end = Read("/api/chat", Lines, """{"model":"a","done":true,"total_duration":5,"prompt_eval_count":29,"prompt_eval_cached_count":0,"eval_count":3}""" + "\n");
        Assert.Equal((29, 0, 3), (end.Usage.Prompt, end.Usage.Cached, end.Usage.Generated));

        end = Read("/v1/messages", Json, """{"type":"message","model":"a","usage":{"input_tokens":1,"cache_read_input_tokens":20,"output_tokens":4}}""");
        Assert.Equal((21, 20, 4), (end.Usage.Prompt, end.Usage.Cached, end.Usage.Generated));
    }

    [Fact]
    public void Durations_are_nanoseconds_and_one_left_out_is_zero()
    {
        var usage = Read("/api/generate", Json, """{"done":true,"done_reason":"stop","total_duration":9,"load_duration":1500000000,"prompt_eval_count":2,"eval_count":1,"eval_duration":1000}""").Usage;

        Assert.Equal(TimeSpan.FromSeconds(1.5), usage.Load);
        Assert.Equal(TimeSpan.Zero, usage.PromptEvaluation);
        Assert.Equal(TimeSpan.FromMicroseconds(1), usage.Generation);
    }

    [Fact]
    public void A_preload_takes_time_that_it_does_not_tell() =>
        Assert.Null(Read("/api/generate", Json, """{"model":"a","done":true,"done_reason":"load"}""").Usage.Load);

    [Theory]
    [InlineData("/api/chat", Lines, "{\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}\n", 1)]
    [InlineData("/api/chat", Lines, "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]},\"done\":false}\n", 1)]
    [InlineData("/api/chat", Lines, "{\"message\":{\"content\":\"\",\"tool_calls\":[]},\"done\":false}\n", 0)]
    [InlineData("/api/generate", Lines, "{\"response\":\"\",\"done\":false}\n{\"response\":\"a\",\"thinking\":\"b\",\"done\":false}\r\n\n", 1)]
    [InlineData("/api/generate", Json, "{\"response\":\"a\",\"done\":false}", 0)]
    [InlineData("/v1/chat/completions", Events, "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"hm\"}}]}\n\n", 1)]
    [InlineData("/v1/chat/completions", Events, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\r\n\r\n", 1)]
    [InlineData("/v1/chat/completions", Events, "data: {\"choices\":[{\"delta\":{\"content\":null}}]}\n\n", 0)]
    [InlineData("/v1/chat/completions", "Text/Event-Stream; charset=utf-8", ": {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata:{\"choices\":\ndata:[{\"text\":\"a\"}]}\n\n", 1)]
    [InlineData("/v1/messages", Events, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n", 1)]
    [InlineData("/v1/messages", Events, "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}}\n\n", 1)]
    [InlineData("/v1/messages", Events, "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{}}\n\n", 0)]
    [InlineData("/v1/responses", Events, "data: {\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"hm\"}\n\n", 1)]
    public void A_piece_is_what_carries_text_in_a_stream(string path, string contentType, string body, long pieces)
    {
        var reader = AnswerReader.Create(Route.Of("POST", path)!, 200, contentType);
        reader.Feed(Encoding.UTF8.GetBytes(body));

        Assert.Equal(pieces, reader.Pieces);
    }

    [Theory]
    [InlineData("/api/chat", Lines, "{\"message\":{\"content\":\"a\"},\"done\":false}\n", RequestOutcome.Error, UsageQuality.Estimated)]
    [InlineData("/api/chat", Lines, "", RequestOutcome.Error, UsageQuality.Missing)]
    [InlineData("/api/chat", Lines, "{\"response\":\"a\"}\n{\"error\":\"x\"}\n{\"done\":true,\"eval_count\":1}\n", RequestOutcome.Error, UsageQuality.Exact)]
    [InlineData("/v1/chat/completions", Events, "data: {\"error\":{\"message\":\"x\"}}\n\ndata: [DONE]\n\n", RequestOutcome.Error, UsageQuality.Missing)]
    [InlineData("/v1/completions", Events, "data: {\"choices\":[{\"text\":\"a\"}],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}\n\n", RequestOutcome.Error, UsageQuality.Estimated)]
    [InlineData("/v1/messages", Events, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}\n\n", RequestOutcome.Error, UsageQuality.Missing)]
    [InlineData("/v1/messages", Events, "data: {\"type\":\"message_delta\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}\n\n", RequestOutcome.Error, UsageQuality.Exact)]
    [InlineData("/v1/responses", Events, "data: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"x\"}}}\n\n", RequestOutcome.Error, UsageQuality.Missing)]
    [InlineData("/v1/responses", Events, "data: {\"type\":\"response.incomplete\",\"response\":{\"status\":\"incomplete\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}\n\n", RequestOutcome.Ok, UsageQuality.Exact)]
    [InlineData("/api/embed", Json, "{\"model\":\"a\",\"embeddings\":[[1]],\"total_duration\":5}", RequestOutcome.Ok, UsageQuality.Missing)]
    [InlineData("/api/generate", Lines, "{\"completed\":3,\"total\":4,\"done\":false}\n{\"image\":\"x\",\"done\":true,\"total_duration\":5}\n", RequestOutcome.Ok, UsageQuality.Missing)]
    public void A_clean_end_is_good_only_with_its_last_message(string path, string contentType, string body, RequestOutcome outcome, UsageQuality quality)
    {
        var end = Read(path, contentType, body);

        Assert.Equal((outcome, quality), (end.Outcome, end.Usage.Quality));
    }

    [Fact]
    public void A_cloud_model_s_answer_says_so() => Assert.True(
        Read("/api/chat", Json, """{"model":"gpt-oss","remote_model":"gpt-oss:120b","remote_host":"https://ollama.com:443","done":true,"eval_count":1}""").Remote);

    [Theory]
    [InlineData(false, RequestOutcome.Ok)]
    [InlineData(true, RequestOutcome.Aborted)]
    public void Of_an_encoded_answer_only_its_end_is_known(bool clientLeft, RequestOutcome outcome)
    {
        var reader = AnswerReader.Create(Route.Of("POST", "/api/chat")!, 200, Lines, "gzip");
        reader.Feed("{\"done\":true,\"eval_count\":1}\n"u8);
        var end = reader.Finish(clientLeft, upstreamBroke: false);

        Assert.Equal((outcome, UsageQuality.Missing), (end.Outcome, end.Usage.Quality));
    }

    [Fact]
    public void A_client_that_leaves_after_the_last_message_did_not_abort() => Assert.Equal(
        RequestOutcome.Ok,
        Read("/api/chat", Lines, """{"done":true,"prompt_eval_count":1,"eval_count":1}""", clientLeft: true).Outcome);

    [Fact]
    public void No_bytes_make_it_throw() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 2], Gen.Byte.Array[0, 200]).Sample((route, type, bytes) =>
        {
            string[] paths = ["/api/chat", "/api/embed", "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/messages", "/api/embeddings"];
            var reader = AnswerReader.Create(Route.Of("POST", paths[route])!, 200, ((string[])[Lines, Events, Json])[type]);
            reader.Feed("data: {\"usage\":{\"prompt_tokens\":"u8);
            reader.Feed(bytes);
            _ = reader.Finish(clientLeft: false, upstreamBroke: true);
        });

    [Fact]
    public void Pieces_are_read_without_allocating()
    {
        foreach (var exchange in RecordedExchange.Files.SelectMany(RecordedExchange.Load).Where(exchange => exchange.Answer is { Status: 200, ContentType: Lines or Events }))
        {
            if (Route.Of(exchange.Method, exchange.Path) is not { } route)
            {
                continue;
            }

            var reader = AnswerReader.Create(route, 200, exchange.Answer!.ContentType);
            var body = exchange.Answer.Body;
            reader.Feed(body);
            var before = GC.GetAllocatedBytesForCurrentThread();
            reader.Feed(body);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400); // the final counts themselves
        }
    }

    private static AnswerEnd Read(string path, string contentType, string body, bool clientLeft = false)
    {
        var reader = AnswerReader.Create(Route.Of("POST", path)!, 200, contentType);
        reader.Feed(Encoding.UTF8.GetBytes(body));
        return reader.Finish(clientLeft, upstreamBroke: false);
    }
}
