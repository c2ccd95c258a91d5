using System.Globalization;
using Agent.Core.Ollama;
using Agent.Ollama;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tests.Ollama;

/// <summary>Names of blobs, and all names there are of them.</summary>
public sealed class ModelNamerTests : IAsyncDisposable
{
    private static readonly string BlobA = $"sha256-{new string('a', 64)}";
    private static readonly string BlobB = $"sha256-{new string('b', 64)}";

    private readonly FakeOllama _ollama = new();
    private LoopbackServer? _server;
    private OllamaApi? _api;
    private ModelNamer? _namer;

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_name_of_a_runners_blob_is_told_once_where_requests_are_seen()
    {
        _ollama.Add("original:latest", BlobA);
        _ollama.Add("copy:latest", BlobA);
        _ollama.Add("me/derived:8b", BlobA, digest: "d2");
        _ollama.Add("other:latest", BlobB);
        _ollama.Loaded = ["copy:latest"];

        var found = await NameAsync(everyName: true, BlobA);

        Assert.Equal("copy:latest", Assert.Single(found.Names).Name); // what Ollama lists as loaded counts
        Assert.Equal([("copy:latest", BlobA), ("me/derived:8b", BlobA), ("original:latest", BlobA)], found.Aliases.Order());
        Assert.Empty((await NameAsync(everyName: true, BlobA)).Aliases);
        Assert.Equal(4, _ollama.Shown); // each is looked at once
    }

    [Fact]
    public async Task Without_requests_to_name_no_more_is_asked_than_a_name_takes()
    {
        _ollama.Add("original:latest", BlobA);
        _ollama.Add("copy:latest", BlobA);
        _ollama.Loaded = ["copy:latest"];

        var found = await NameAsync(everyName: false, BlobA);

        Assert.Equal([("copy:latest", BlobA)], found.Aliases);
        Assert.Equal(1, _ollama.Shown);
        Assert.DoesNotContain("/api/tags", _ollama.Asked);
    }

    [Fact]
    public async Task Names_seen_in_the_search_for_one_are_told_though_none_is_chosen()
    {
        _ollama.Add("original:latest", BlobA);
        _ollama.Add("copy:latest", BlobA);

        var found = await NameAsync(everyName: false, BlobA);

        Assert.Empty(found.Names);
        Assert.Equal([("copy:latest", BlobA), ("original:latest", BlobA)], found.Aliases.Order());
    }

    [Fact]
    public async Task A_copy_made_while_its_model_runs_is_told()
    {
        _ollama.Add("original:latest", BlobA);
        _ollama.Loaded = ["original:latest"];
        await NameAsync(everyName: true, BlobA);
        _ollama.Add("copy:latest", BlobA);

        Assert.Equal([("copy:latest", BlobA)], (await NameAsync(everyName: true, BlobA)).Aliases);
    }

    [Fact]
    public async Task A_name_that_is_given_to_another_blob_is_that_ones()
    {
        _ollama.Add("mine:latest", BlobA);
        _ollama.Add("first:latest", BlobA);
        _ollama.Loaded = ["mine:latest"];
        await NameAsync(everyName: true, BlobA);
        _ollama.Remove("mine:latest");
        _ollama.Add("mine:latest", BlobB, digest: "d2");

        var found = await NameAsync(everyName: true, BlobA, BlobB);

        Assert.Equal((BlobB, "mine:latest"), Assert.Single(found.Names.Select(named => (named.Blob, named.Name))));
        Assert.Equal([("mine:latest", BlobB)], found.Aliases);
    }

    [Fact]
    public async Task A_blob_whose_name_is_gone_gets_the_one_it_is_loaded_under_now()
    {
        _ollama.Add("before:latest", BlobA);
        _ollama.Loaded = ["before:latest"];
        Assert.Equal("before:latest", Assert.Single((await NameAsync(everyName: false, BlobA)).Names).Name);
        _ollama.Remove("before:latest");
        _ollama.Add("after:latest", BlobA);
        _ollama.Loaded = ["after:latest"];

        Assert.Equal("after:latest", Assert.Single((await NameAsync(everyName: false, BlobA)).Names).Name);
    }

    [Fact]
    public async Task Names_of_other_registries_and_namespaces_are_told_as_Ollama_lists_them()
    {
        _ollama.Add("registry.example.org:5000/me/Llama:8B", BlobA);
        _ollama.Add("hf.co/me/qwen:Q4_K_M", BlobB);
        _ollama.Loaded = ["registry.example.org:5000/me/Llama:8B", "hf.co/me/qwen:Q4_K_M"];

        var found = await NameAsync(everyName: true, BlobA, BlobB);

        Assert.Equal(["hf.co/me/qwen:Q4_K_M", "registry.example.org:5000/me/Llama:8B"], found.Names.Select(named => named.Name).Order());
    }

    [Theory]
    [InlineData(true, "embedding")]
    [InlineData(false, "completion", "embedding")]
    [InlineData(false, "completion")]
    public async Task A_model_that_embeds_and_cannot_generate_is_told_as_one(bool embedding, params string[] capabilities)
    {
        _ollama.Add("m:latest", BlobA, "d1", capabilities);
        _ollama.Loaded = ["m:latest"];

        Assert.Equal(
            new ModelDetails("llama", "74.74M", null, embedding),
            Assert.Single((await NameAsync(everyName: false, BlobA)).Names).Details);
    }

    private async Task<FoundNames> NameAsync(bool everyName, params string[] blobs)
    {
        var stop = TestContext.Current.CancellationToken;
        _server ??= await LoopbackServer.StartAsync(_ollama.Answer);
        _api ??= new OllamaApi(Upstream.Parse(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}")));
        _namer ??= new ModelNamer(_api, everyName, NullLogger<ModelNamer>.Instance);
        var loaded = Assert.IsType<ApiAnswer<IReadOnlyList<ListedModel>>.Given>(await _api.LoadedAsync(stop)).Value;
        return await _namer.NameAsync(blobs, [.. loaded.Where(model => model.Local)], stop);
    }
}
