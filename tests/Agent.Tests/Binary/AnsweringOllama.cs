using System.Collections.Concurrent;
using Agent.Tests.Proxy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agent.Tests.Binary;

/// <summary>
/// A server that answers any client as the recorded Ollama answered a request of the same kind. What the models without an
/// end say stays open until the client leaves, as it did.
/// </summary>
internal sealed class AnsweringOllama : IAsyncDisposable
{
    /// <summary>Between two pieces of an answer: long enough for a client to read each by itself.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The first exchange of a kind is the one that is answered.</summary>
    private static readonly string[] Files =
        ["01-meta.txt", "04-generate-stream-warm.txt", "07-chat.txt", "08-embed.txt", "09-openai.txt", "10-anthropic.txt", "11-responses.txt", "13-cancel.txt", "17-runner-killed.txt"];

    private static readonly Dictionary<RecordedAsk, RecordedExchange> Exchanges = Read();

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RecordedAsk> _asked = new();
    private int _left;

    private AnsweringOllama()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Address => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    /// <summary>All that was asked so far, in its order.</summary>
    public IReadOnlyCollection<RecordedAsk> Asked => _asked;

    /// <summary>Answers whose client left.</summary>
    public int Left => Volatile.Read(ref _left);

    public static async Task<AnsweringOllama> StartAsync()
    {
        var server = new AnsweringOllama();
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token); // without waiting for connections kept alive
        await _app.DisposeAsync();
    }

    private static Dictionary<RecordedAsk, RecordedExchange> Read()
    {
        var exchanges = new Dictionary<RecordedAsk, RecordedExchange>();
        var tags = RecordedExchange.Load("15-http.txt").Single(exchange => exchange.Title == "tags Accept-Encoding gzip"); // of all five models
        foreach (var exchange in Files.SelectMany(RecordedExchange.Load).Prepend(tags).Where(exchange => exchange.Answer is not null))
        {
            exchanges.TryAdd(RecordedAsk.Of(exchange.Method, exchange.Path, exchange.Body), exchange);
        }

        return exchanges;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var asked = RecordedAsk.Of(context.Request.Method, context.Request.Path, body.ToArray());
        _asked.Enqueue(asked);
        var isEndless = asked is { Model: "tinylong" or "mediumlong", Stream: true };
        if (!Exchanges.TryGetValue(isEndless ? asked with { IncludeUsage = false } : asked, out var exchange))
        {
            context.Response.StatusCode = StatusCodes.Status501NotImplemented;
            await context.Response.WriteAsync($"No recorded answer to {asked}", context.RequestAborted);
            return;
        }

        try
        {
            await ReplayAsync(exchange.Answer!, context.Response, context.RequestAborted);
            await Task.Delay(isEndless ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _left);
        }
    }

    private static async Task ReplayAsync(RecordedMessage answer, HttpResponse response, CancellationToken left)
    {
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers.Where(header => header.Name is not ("Transfer-Encoding" or "Connection" or "Date")))
        {
            response.Headers[name] = value;
        }

        foreach (var read in answer.BodyReads)
        {
            await response.Body.WriteAsync(read.Bytes, left);
            await response.Body.FlushAsync(left);
            await Task.Delay(Pause, left);
        }
    }
}
