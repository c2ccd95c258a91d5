using System.Text.Json.Nodes;

namespace Agent.Tests.Binary;

/// <summary>What they got is what tests/Agent.Tests/Proxy/Recordings says; what is counted is what Ollama told there.</summary>
[Collection(nameof(Waiting))]
public sealed class NpmClientTests
{
    [Fact]
    public async Task Npms_clients_side_by_side_get_what_ollama_says_and_every_token_is_counted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var proxied = await ProxiedOllama.StartAsync(stop);

        var got = await Task.WhenAll(
            NodeClient.RunAsync("ollama.mjs", proxied.Address, stop),
            NodeClient.RunAsync("openai.mjs", proxied.Address, stop),
            NodeClient.RunAsync("anthropic.mjs", proxied.Address, stop));

        await proxied.LeftAsync(3, stop);
        OllamaGotAll(got[0]);
        OpenAISawNoUsageThatItDidNotAskFor(got[1]);
        AnthropicGotAll(got[2]);
        var scrape = await proxied.CountedAsync(20, stop);
        Assert.Equal(
            [
                "embed:latest ollama ok exact: 1",
                "embed:latest openai ok exact: 1",
                "mediumlong:latest anthropic aborted estimated: 1",
                "tiny:latest anthropic ok exact: 2",
                "tiny:latest ollama error missing: 1",
                "tiny:latest ollama ok exact: 3",
                "tiny:latest openai ok exact: 7",
                "tinylong:latest ollama aborted estimated: 1",
                "tinylong:latest openai aborted estimated: 1",
                "unknown anthropic error missing: 1",
                "unknown openai error missing: 1",
            ],
            scrape.Requests);

        scrape = await proxied.TokensAsync(
            new Dictionary<string, int> { ["tiny:latest"] = 77, ["tinylong:latest"] = 6, ["mediumlong:latest"] = 3 }, stop);
        Assert.Equal((6 + 6 + 26) + (3 + 4 + 4 + 4 + 4 + 5 + 5) + (5 + 5), scrape.Tokens("tiny:latest", "generated"));
        Assert.Equal((19 + (2 * 21)) + ((5 * 21) + (2 * 18)) + (2 * 21), scrape.Tokens("tiny:latest", "prompt"));
        Assert.Equal(4 + 2, scrape.Tokens("embed:latest", "prompt"));
        Assert.InRange(scrape.Tokens("tinylong:latest", "generated"), 3 + 3, 91 + 7); // no more than are recorded
        Assert.InRange(scrape.Tokens("mediumlong:latest", "generated"), 3, 4);
    }

    private static void OllamaGotAll(JsonNode got) => NodeClient.Same(
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

    /// <summary>Its streams are those of the recordings with usage: joulet asked for it, and took it out again.</summary>
    private static void OpenAISawNoUsageThatItDidNotAskFor(JsonNode got) => NodeClient.Same(
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

    private static void AnthropicGotAll(JsonNode got) => NodeClient.Same(
        """
        {
          "answered": [" will of so may that", "max_tokens", 21, 5],
          "streamed": [" and", " to", " people", " that", " was", ["max_tokens", 21, 5]],
          "unknown": [404, "model 'nosuch' not found"],
          "aborted": [" one", " after", " on"]
        }
        """,
        got);
}
