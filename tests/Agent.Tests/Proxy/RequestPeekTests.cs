using System.Text;
using Agent.Proxy;
using CsCheck;

namespace Agent.Tests.Proxy;

public sealed class RequestPeekTests
{
    [Theory]
    [InlineData("""{"model":"a"}""", "a:latest")]
    [InlineData("""{"MODEL":"hf.co/x/y:q4"}""", "hf.co/x/y:q4")]
    [InlineData("""{"model":"a","Model":"b"}""", "b:latest")]
    [InlineData("""{"model":"a","model":null}""", "a:latest")]
    [InlineData("""{"model":"a","model":""}""", null)]
    [InlineData("""{"options":{"model":"a"},"messages":[{"model":"b"}]}""", null)]
    [InlineData("""{"messages":[{"content":"\"model\":\"x\""}],"model":"\u0061\u00e9"}""", "aé:latest")]
    [InlineData("""{"model":5}""", null)]
    [InlineData("""{"model":"a"} trailing""", "a:latest")]
    [InlineData("""{"name":"a"}""", null)]
    [InlineData("not json", null)]
    [InlineData("", null)]
    public void The_model_is_the_one_that_Ollama_takes(string body, string? model) => Assert.Equal(model, Peek("/api/chat", body).FullModel);

    [Theory]
    [InlineData("""{"name":"a"}""", "a:latest")]
    [InlineData("""{"model":"b","name":"a"}""", "b:latest")]
    [InlineData("""{"model":"","name":"a"}""", "a:latest")]
    public void A_pull_may_use_the_old_name_of_the_name(string body, string model) => Assert.Equal(model, Peek("/api/pull", body).FullModel);

    [Fact]
    public void A_name_longer_than_any_is_none() => Assert.Null(Peek("/api/chat", $$"""{"model":"{{new string('a', 513)}}"}""").FullModel);

    [Fact]
    public void A_cloud_model_is_told() => Assert.True(Peek("/v1/responses", """{"model":"gpt-oss:120b-cloud"}""").IsCloud);

    [Theory]
    [InlineData("/api/chat", "{}", true)]
    [InlineData("/api/generate", """{"stream":false}""", false)]
    [InlineData("/api/pull", "{}", true)]
    [InlineData("/v1/chat/completions", "{}", false)]
    [InlineData("/v1/messages", """{"STREAM":true}""", true)]
    [InlineData("/v1/responses", """{"stream":true,"stream":false}""", false)]
    [InlineData("/api/chat", """{"model":""", null)]
    public void Whether_it_streams_is_its_route_s_custom_or_what_it_says(string path, string body, bool? streams) =>
        Assert.Equal(streams, Peek(path, body).Streams);

    [Fact]
    public void A_prompt_of_any_size_takes_no_more_memory()
    {
        var peek = new RequestPeek(Route.Of("POST", "/api/generate")!);
        var part = Encoding.UTF8.GetBytes(new string('x', 64 * 1024));
        peek.Feed("{\"prompt\":\""u8);
        peek.Feed(part);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 2000; i++)
        {
            peek.Feed(part);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        peek.Feed("\",\"model\":\"a\"}"u8);
        Assert.Equal("a:latest", peek.FullModel);
    }

    [Fact]
    public void No_bytes_make_it_throw() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        var peek = new RequestPeek(Route.Of("POST", "/api/generate")!);
        peek.Feed("{\"model\":\""u8);
        peek.Feed(bytes);
        _ = (peek.FullModel, peek.IsCloud, peek.Streams, peek.AsksForUsage);
    });

    private static RequestPeek Peek(string path, string body)
    {
        var peek = new RequestPeek(Route.Of("POST", path)!);
        peek.Feed(Encoding.UTF8.GetBytes(body));
        return peek;
    }
}
