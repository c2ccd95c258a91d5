using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Ollama;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Ollama;

public sealed class OllamaWatcherTests : IAsyncDisposable
{
    private static readonly string BlobA = $"sha256-{new string('a', 64)}";
    private static readonly string BlobB = $"sha256-{new string('b', 64)}";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly FakeOllama _ollama = new();
    private readonly Channel<LedgerEvent> _ledger = Channel.CreateUnbounded<LedgerEvent>();
    private readonly RunnerRoster _roster = new();
    private LoopbackServer? _server;
    private OllamaApi? _api;
    private OllamaWatcher? _watcher;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _watcher?.Dispose();
        _api?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_loaded_model_is_listed_and_its_blob_named()
    {
        _ollama.Add("llama3.1:latest", BlobA);
        _ollama.Add("other:7b", BlobB);
        _ollama.Loaded = ["llama3.1:latest"];
        Runs(BlobA);

        var events = await StepAsync();

        Assert.Equal("0.33.0-rc2", Assert.Single(events.OfType<LedgerEvent.OllamaChecked>()).Version);
        Assert.Equal(
            [new LoadedModel("llama3.1:latest", 357228870, 1000)],
            Assert.Single(events.OfType<LedgerEvent.ModelsListed>()).Models);
        var named = Assert.Single(events.OfType<LedgerEvent.ModelNamed>());
        Assert.Equal((BlobA, "llama3.1:latest", new ModelDetails("llama", "74.74M", null)), (named.Blob, named.Name, named.Details));
        Assert.Equal(1, _ollama.Shown); // no more than it took
        Assert.DoesNotContain("/api/tags", _ollama.Asked);
    }

    [Fact]
    public async Task What_is_known_is_not_asked_again_and_what_is_named_not_said_again()
    {
        _ollama.Add("llama3.1:latest", BlobA);
        _ollama.Loaded = ["llama3.1:latest"];
        Runs(BlobA);
        await StepAsync();

        var events = await StepAsync(expectedPause: Interval);

        Assert.Empty(events.OfType<LedgerEvent.ModelNamed>());
        Assert.Equal(1, _ollama.Shown);
    }

    [Fact]
    public async Task A_loading_model_is_named_where_only_one_name_has_its_blob()
    {
        _ollama.Add("one:latest", BlobA);
        _ollama.Add("two:latest", BlobB);
        Runs(BlobB);

        Assert.Equal("two:latest", Assert.Single((await StepAsync(expectedPause: Interval)).OfType<LedgerEvent.ModelNamed>()).Name);
    }

    [Fact]
    public async Task Of_several_names_of_one_blob_the_one_loaded_counts_and_is_waited_for()
    {
        _ollama.Add("original:latest", BlobA);
        _ollama.Add("alias:latest", BlobA);
        Runs(BlobA);

        Assert.Empty((await StepAsync(expectedPause: TimeSpan.FromSeconds(2))).OfType<LedgerEvent.ModelNamed>());
        Assert.Empty((await StepAsync(expectedPause: TimeSpan.FromSeconds(4))).OfType<LedgerEvent.ModelNamed>());
        _ollama.Loaded = ["alias:latest"];
        Assert.Equal("alias:latest", Assert.Single((await StepAsync(expectedPause: Interval)).OfType<LedgerEvent.ModelNamed>()).Name);
        _ollama.Loaded = ["original:latest", "alias:latest"];
        Assert.Equal("original:latest", Assert.Single((await StepAsync()).OfType<LedgerEvent.ModelNamed>()).Name);
    }

    [Fact]
    public async Task A_name_given_to_another_blob_is_looked_up_again()
    {
        _ollama.Add("mine:latest", BlobA);
        _ollama.Loaded = ["mine:latest"];
        Runs(BlobA);
        await StepAsync();
        _ollama.Remove("mine:latest");
        _ollama.Add("mine:latest", BlobB, digest: "d2");
        Runs(BlobB);

        Assert.Equal(BlobB, Assert.Single((await StepAsync()).OfType<LedgerEvent.ModelNamed>()).Blob);
    }

    [Fact]
    public async Task Models_of_ollama_com_are_neither_listed_nor_named_nor_asked_for()
    {
        _ollama.Add("gpt-oss:120b-cloud", null);
        _ollama.Add("kimi:cloud", null);
        _ollama.Add("local:latest", BlobA);
        _ollama.Loaded = ["gpt-oss:120b-cloud", "local:latest"];
        Runs(BlobA, BlobB);

        var events = await StepAsync();

        Assert.Equal("local:latest", Assert.Single(Assert.Single(events.OfType<LedgerEvent.ModelsListed>()).Models).Name);
        Assert.Equal("local:latest", Assert.Single(events.OfType<LedgerEvent.ModelNamed>()).Name);
        Assert.Equal(1, _ollama.Shown);
    }

    [Fact]
    public async Task More_models_than_are_looked_through_in_one_pass_are_looked_through_in_the_next()
    {
        for (var number = 0; number < 600; number++)
        {
            _ollama.Add($"model-{number}:latest", number == 599 ? BlobA : $"sha256-{number:x64}");
        }

        Runs(BlobA);

        Assert.Empty((await StepAsync(expectedPause: TimeSpan.FromSeconds(2))).OfType<LedgerEvent.ModelNamed>());
        Assert.Equal(500, _ollama.Shown);
        Assert.Equal("model-599:latest", Assert.Single((await StepAsync()).OfType<LedgerEvent.ModelNamed>()).Name);
        Assert.Equal(600, _ollama.Shown);
    }

    [Fact]
    public async Task An_Ollama_that_is_down_is_said_and_asked_again_ever_more_rarely_until_it_is_up()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Watch(port);
        foreach (var seconds in new[] { 2, 4, 8, 16, 30, 30 })
        {
            Assert.False(Assert.IsType<LedgerEvent.OllamaChecked>(Assert.Single(await StepAsync(TimeSpan.FromSeconds(seconds)))).Up);
        }

        _server = await LoopbackServer.StartAsync(_ollama.Answer, port: port);

        Assert.True(Assert.Single((await StepAsync(Interval)).OfType<LedgerEvent.OllamaChecked>()).Up);
    }

    [Theory]
    [InlineData("/api/version", 200, "null")]
    [InlineData("/api/version", 200, "[]")]
    [InlineData("/api/version", 200, "<html>")]
    [InlineData("/api/version", 500, "{}")]
    [InlineData("/api/ps", 200, "null")]
    [InlineData("/api/ps", 500, "")]
    [InlineData("/api/ps", 200, """{"models":[{"size":"big"}]}""")]
    public async Task An_answer_that_makes_no_sense_is_asked_for_again(string path, int status, string body)
    {
        _ollama.Instead = asked => asked == path ? (status, body) : null;

        var events = await StepAsync(expectedPause: TimeSpan.FromSeconds(2));

        Assert.Empty(events.OfType<LedgerEvent.ModelsListed>());
        Assert.Equal(path != "/api/version", Assert.Single(events.OfType<LedgerEvent.OllamaChecked>()).Up);
    }

    [Fact]
    public async Task A_model_that_cannot_be_shown_does_not_keep_others_from_being_named()
    {
        _ollama.Add("broken:latest", BlobB);
        _ollama.Add("good:latest", BlobA);
        _ollama.Instead = path => path.Contains("broken", StringComparison.Ordinal) ? (500, """{"error":"no such file"}""") : null;
        Runs(BlobA);

        Assert.Equal("good:latest", Assert.Single((await StepAsync()).OfType<LedgerEvent.ModelNamed>()).Name);
    }

    [Fact]
    public async Task Of_several_Ollamas_each_says_whose_its_models_are()
    {
        _ollama.Add("llama3.1:latest", BlobA);
        _ollama.Loaded = ["llama3.1:latest"];
        Runs(BlobA);
        _server = await LoopbackServer.StartAsync(_ollama.Answer);
        Watch(_server.Port, oneOfSeveral: true);

        var events = await StepAsync();

        var name = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_server.Port}");
        Assert.Equal(name, Assert.Single(events.OfType<LedgerEvent.OllamaChecked>()).Ollama);
        Assert.Equal(name, Assert.Single(events.OfType<LedgerEvent.ModelsListed>()).Ollama);
        Assert.Equal(name, Assert.Single(events.OfType<LedgerEvent.ModelNamed>()).Ollama);
        var alias = Assert.Single(events.OfType<LedgerEvent.ModelAliased>());
        Assert.Equal(("llama3.1:latest", BlobA, name), (alias.Name, alias.Blob, alias.Ollama));
    }

    [Fact]
    public async Task The_watcher_asks_at_once_when_runners_change()
    {
        _ollama.Add("llama3.1:latest", BlobA);
        _server = await LoopbackServer.StartAsync(_ollama.Answer);
        Watch(_server.Port, TimeProvider.System);
        await _watcher!.StartAsync(Stop);
        await _ledger.Reader.ReadAsync(Stop);

        Runs(BlobA);

        LedgerEvent happened;
        do
        {
            happened = await _ledger.Reader.ReadAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Stop);
        }
        while (happened is not LedgerEvent.ModelNamed);

        await _watcher.StopAsync(Stop);
    }

    private void Runs(params string[] blobs) =>
        _roster.Set([.. blobs.Select((blob, number) => new Runner { Id = new RunnerId(number, 0), Blob = blob })]);

    private async Task<IReadOnlyList<LedgerEvent>> StepAsync(TimeSpan? expectedPause = null)
    {
        if (_watcher is null)
        {
            _server = await LoopbackServer.StartAsync(_ollama.Answer);
            Watch(_server.Port);
        }

        var pause = await _watcher!.StepAsync(Stop);
        Assert.Equal(expectedPause ?? pause, pause);
        var events = new List<LedgerEvent>();
        while (_ledger.Reader.TryRead(out var happened))
        {
            events.Add(happened);
        }

        return events;
    }

    private void Watch(int port, TimeProvider? time = null, bool oneOfSeveral = false)
    {
        var config = new OllamaConfig { Upstreams = { [0] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}") } };
        if (oneOfSeveral)
        {
            config.Upstreams[1] = "http://127.0.0.1:1";
        }

        var upstream = Upstream.All(config)[0];
        _api = new OllamaApi(upstream);
        var namer = new ModelNamer(_api, everyName: false, NullLogger<ModelNamer>.Instance);
        var clock = new MonotonicClock(time ?? new FakeTimeProvider());
        _watcher = new OllamaWatcher(upstream, _api, _roster, namer, _ledger.Writer, Interval, clock, NullLogger<OllamaWatcher>.Instance);
    }
}
