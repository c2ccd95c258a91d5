using System.Diagnostics;

namespace Agent.Tests.Binary;

/// <summary>The published binary as a proxy before the recorded Ollama, on a machine without sensors and runners.</summary>
internal sealed class ProxiedOllama : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _listen = PublishedBinary.FreeAddress();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-clients-");
    private readonly PublishedBinary _binary;

    private ProxiedOllama(AnsweringOllama ollama)
    {
        Ollama = ollama;
        var proxy = PublishedBinary.FreeAddress();
        Address = new Uri($"http://{proxy}");
        _binary = PublishedBinary.Start(
        [
            "run", "--listen", _listen, "--paths:sysfs", _folder.FullName, "--paths:procfs", _folder.FullName,
            "--paths:state", _folder.FullName, "--ollama:upstream", $"http://{ollama.Address}", "--ollama:proxy_listen", proxy,
        ]);
    }

    public AnsweringOllama Ollama { get; }

    /// <summary>Where clients find it.</summary>
    public Uri Address { get; }

    /// <summary>Starts both; skips the test where no binary was published.</summary>
    public static async Task<ProxiedOllama> StartAsync(CancellationToken stop)
    {
        var proxied = new ProxiedOllama(await AnsweringOllama.StartAsync());
        await proxied._binary.ScrapeAsync(proxied._listen, scrape => scrape.Sum("joulet_ollama_up") == 1, stop);
        return proxied;
    }

    /// <summary>Its metrics once so many requests are counted.</summary>
    public Task<Scrape> CountedAsync(int requests, CancellationToken stop) =>
        _binary.ScrapeAsync(_listen, scrape => scrape.Sum("joulet_model_requests_total") >= requests, stop);

    /// <summary>Its metrics once models have that many generated tokens at least: a request waits some seconds for a runner that would count them, too.</summary>
    public Task<Scrape> TokensAsync(IReadOnlyDictionary<string, int> generated, CancellationToken stop) => _binary.ScrapeAsync(
        _listen, scrape => generated.All(model => scrape.Tokens(model.Key, "generated") >= model.Value), stop);

    /// <summary>Until Ollama saw that so many clients left.</summary>
    public async Task LeftAsync(int clients, CancellationToken stop)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
        while (Ollama.Left < clients)
        {
            Assert.True(Stopwatch.GetTimestamp() < deadline, $"{Ollama.Left} of {clients} clients were seen to leave.");
            await Task.Delay(10, stop);
        }

        Assert.Equal(clients, Ollama.Left);
    }

    public async ValueTask DisposeAsync()
    {
        _binary.Dispose();
        await Ollama.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
