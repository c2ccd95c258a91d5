using OllamaSharp;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;
using OllamaSharp.Models.Exceptions;

namespace Agent.Tests.Binary;

[Collection(nameof(Waiting))]
public sealed class OllamaSharpTests
{
    private static readonly List<Message> Messages = [new(ChatRole.User, "how much energy")];

    [Fact]
    public async Task OllamaSharp_gets_what_ollama_says_and_every_token_is_counted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var proxied = await ProxiedOllama.StartAsync(stop);
        using var ollama = new OllamaApiClient(proxied.Address, "tiny");

        var models = await ollama.ListLocalModelsAsync(stop);
        Assert.Equal(["mediumlong:latest", "medium:latest", "embed:latest", "tiny:latest", "tinylong:latest"], models.Select(model => model.Name));
        Assert.Equal("0.33.0-rc2", await ollama.GetVersionAsync(stop));

        var generated = await ollama.GenerateAsync(new GenerateRequest { Prompt = "the energy of" }, stop).ToListAsync(stop);
        Assert.Equal([" at", " use", " if", " its", " be", ""], generated.Select(part => part!.Response));
        Assert.Equal(6, Assert.IsType<GenerateDoneResponseStream>(generated[^1]).EvalCount);

        var streamed = await ollama.ChatAsync(new ChatRequest { Messages = Messages }, stop).ToListAsync(stop);
        Assert.Equal([" we", " which", " were", " said", " each", " little", ""], streamed.Select(part => part!.Message.Content));
        Assert.Equal(21, Assert.IsType<ChatDoneResponseStream>(streamed[^1]).PromptEvalCount);

        var answered = Assert.Single(await ollama.ChatAsync(new ChatRequest { Messages = Messages, Stream = false }, stop).ToListAsync(stop));
        Assert.StartsWith(" energy over over not would", answered!.Message.Content, StringComparison.Ordinal);
        Assert.Equal(26, Assert.IsType<ChatDoneResponseStream>(answered).EvalCount);

        var embedded = await ollama.EmbedAsync(new EmbedRequest { Model = "embed", Input = ["the energy of"] }, stop);
        Assert.Equal(64, embedded.Embeddings.Single().Length);

        var tool = new Tool { Function = new Function { Name = "f", Description = "d", Parameters = new Parameters() } };
        await Assert.ThrowsAnyAsync<OllamaException>(
            () => ollama.ChatAsync(new ChatRequest { Messages = Messages, Stream = false, Tools = [tool] }, stop).ToListAsync(stop).AsTask());

        Assert.Equal([" watt", " the", " so"], await AbortAsync(ollama, pieces: 3, stop));
        await proxied.LeftAsync(1, stop);

        var scrape = await proxied.CountedAsync(6, stop);
        Assert.Equal(
            [
                "embed:latest ollama ok exact: 1",
                "tiny:latest ollama error missing: 1",
                "tiny:latest ollama ok exact: 3",
                "tinylong:latest ollama aborted estimated: 1",
            ],
            scrape.Requests);

        scrape = await proxied.TokensAsync(new Dictionary<string, int> { ["tiny:latest"] = 38, ["tinylong:latest"] = 3 }, stop);
        Assert.Equal(6 + 6 + 26, scrape.Tokens("tiny:latest", "generated"));
        Assert.Equal(19 + 21 + 21, scrape.Tokens("tiny:latest", "prompt"));
        Assert.Equal(4, scrape.Tokens("embed:latest", "prompt"));
        Assert.InRange(scrape.Tokens("tinylong:latest", "generated"), 3, 91); // .NET reads on for a while before it closes; 91 are recorded
    }

    /// <summary>Leaves a stream that has no end after so many pieces.</summary>
    private static async Task<List<string?>> AbortAsync(OllamaApiClient ollama, int pieces, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var got = new List<string?>();
        await foreach (var part in ollama.ChatAsync(new ChatRequest { Model = "tinylong", Messages = Messages }, enough.Token))
        {
            got.Add(part!.Message.Content);
            if (got.Count == pieces)
            {
                await enough.CancelAsync();
            }
        }

        return got;
    }
}
