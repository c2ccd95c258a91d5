namespace Agent.Tests.Binary;

/// <summary>What they got is what tests/Agent.Tests/Proxy/Recordings says; what is counted is what Ollama told there.</summary>
[Collection(nameof(InRealTime))]
public sealed class NpmClientTests
{
    [Fact]
    public async Task Npms_ollama_gets_what_ollama_says_and_every_token_is_counted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var proxied = await ProxiedOllama.StartAsync(stop);

        var got = await NodeClient.RunAsync("ollama.mjs", proxied.Address, stop);

        NodeClient.Same(
            """
            {
              "models": ["mediumlong:latest", "medium:latest", "embed:latest", "tiny:latest", "tinylong:latest"],
              "generated": [" at", " use", " if", " its", " be", [19, 6]],
              "streamed": [" we", " which", " were", " said", " each", " little", [21, 6]],
              "answered": [
                " energy over over not would him them only at may do about other may may cool up has out the after have other little run", 21, 26
              ],
              "embedded": [1, 64, 4],
              "refused": [400, "registry.ollama.ai/library/tiny:latest does not support tools"],
              "aborted": [" watt", " the", " so", "AbortError"]
            }
            """,
            got);
        await proxied.LeftAsync(1, stop);
        var scrape = await proxied.CountedAsync(6, stop);
        Assert.Equal(3, Requests(scrape, "tiny:latest", "ollama", "ok", "exact"));
        Assert.Equal(1, Requests(scrape, "tiny:latest", "ollama", "error", "missing"));
        Assert.Equal(1, Requests(scrape, "embed:latest", "ollama", "ok", "exact"));
        Assert.Equal(1, Requests(scrape, "tinylong:latest", "ollama", "aborted", "estimated"));
        Assert.Equal(6 + 6 + 26, Tokens(scrape, "tiny:latest", "generated"));
        Assert.Equal(19 + 21 + 21, Tokens(scrape, "tiny:latest", "prompt"));
        Assert.Equal(4, Tokens(scrape, "embed:latest", "prompt"));
        Assert.InRange(Tokens(scrape, "tinylong:latest", "generated"), 3, 6);
    }

    [Fact]
    public async Task Npms_openai_sees_no_usage_that_it_did_not_ask_for_and_every_token_is_counted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var proxied = await ProxiedOllama.StartAsync(stop);

        var got = await NodeClient.RunAsync("openai.mjs", proxied.Address, stop);

        NodeClient.Same(
            """
            {
              "models": ["medium:latest", "embed:latest", "tinylong:latest", "tiny:latest"],
              "answered": [" that at", { "prompt_tokens": 21, "completion_tokens": 3, "total_tokens": 24 }],
              "streamed": [" energy", " to", " will", " one", "length"],
              "streamed_with_usage": [
                " energy", " to", " will", " one", "length", "", { "prompt_tokens": 21, "completion_tokens": 4, "total_tokens": 25 }
              ],
              "completed": [" long how water other", { "prompt_tokens": 18, "completion_tokens": 4, "total_tokens": 22 }],
              "completing": [" know", " was", " over", " not", "length"],
              "embedded": [1, 64, { "prompt_tokens": 2, "total_tokens": 2 }],
              "responded": [" at many long long server", 21, 5],
              "responding": [" water", " carbon", " for", " make", " and", [21, 5]],
              "unknown": [404, "404 model 'nosuch' not found"],
              "aborted": [" over", " may", " with"]
            }
            """,
            got);
        await proxied.LeftAsync(1, stop);
        var scrape = await proxied.CountedAsync(10, stop);
        Assert.Equal(7, Requests(scrape, "tiny:latest", "openai", "ok", "exact"));
        Assert.Equal(1, Requests(scrape, "embed:latest", "openai", "ok", "exact"));
        Assert.Equal(1, Requests(scrape, "unknown", "openai", "error", "missing"));
        Assert.Equal(1, Requests(scrape, "tinylong:latest", "openai", "aborted", "estimated"));
        Assert.Equal(3 + 4 + 4 + 4 + 4 + 5 + 5, Tokens(scrape, "tiny:latest", "generated"));
        Assert.Equal((5 * 21) + (2 * 18), Tokens(scrape, "tiny:latest", "prompt"));
        Assert.Equal(2, Tokens(scrape, "embed:latest", "prompt"));
        Assert.InRange(Tokens(scrape, "tinylong:latest", "generated"), 3, 7);
    }

    [Fact]
    public async Task Npms_anthropic_sdk_gets_what_ollama_says_and_every_token_is_counted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var proxied = await ProxiedOllama.StartAsync(stop);

        var got = await NodeClient.RunAsync("anthropic.mjs", proxied.Address, stop);

        NodeClient.Same(
            """
            {
              "answered": [" will of so may that", "max_tokens", 21, 5],
              "streamed": [" and", " to", " people", " that", " was", ["max_tokens", 21, 5]],
              "unknown": [404, "model 'nosuch' not found"],
              "aborted": [" one", " after", " on"]
            }
            """,
            got);
        await proxied.LeftAsync(1, stop);
        var scrape = await proxied.CountedAsync(4, stop);
        Assert.Equal(2, Requests(scrape, "tiny:latest", "anthropic", "ok", "exact"));
        Assert.Equal(1, Requests(scrape, "unknown", "anthropic", "error", "missing"));
        Assert.Equal(1, Requests(scrape, "mediumlong:latest", "anthropic", "aborted", "estimated"));
        Assert.Equal(5 + 5, Tokens(scrape, "tiny:latest", "generated"));
        Assert.Equal(21 + 21, Tokens(scrape, "tiny:latest", "prompt"));
        Assert.InRange(Tokens(scrape, "mediumlong:latest", "generated"), 3, 4);
    }

    private static double Requests(Scrape scrape, string model, string api, string outcome, string usage) =>
        scrape.Sum("joulet_model_requests_total", $"""model="{model}",api="{api}",outcome="{outcome}",usage="{usage}" """.TrimEnd());

    private static double Tokens(Scrape scrape, string model, string type) =>
        scrape.Sum("joulet_model_tokens_total", $"""model="{model}",type="{type}" """.TrimEnd());
}
