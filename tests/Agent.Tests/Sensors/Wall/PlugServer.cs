using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agent.Tests.Sensors.Wall;

/// <summary>A device on loopback that answers HTTP as a test says, and can become another one.</summary>
internal sealed class PlugServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private PlugServer(WebApplication app, RequestDelegate device) => (_app, Device) = (app, device);

    /// <summary>What answers now.</summary>
    public RequestDelegate Device { get; set; }

    public int Port { get; private set; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>How many calls came.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public static async Task<PlugServer> StartAsync(RequestDelegate device, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var server = new PlugServer(app, device);
        app.Run(context =>
        {
            Interlocked.Increment(ref server._asked);
            return server.Device(context);
        });
        await app.StartAsync();
        server.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return server;
    }

    /// <summary>A device that answers always the same.</summary>
    public static RequestDelegate Always(string text, int status = 200) => context => AnswerAsync(context, text, status);

    /// <summary>A device that knows these paths, with their queries, and no others.</summary>
    public static RequestDelegate Knows(params (string Path, string Text)[] answers)
    {
        var known = answers.ToDictionary(answer => answer.Path, answer => answer.Text);
        return context => known.TryGetValue($"{context.Request.Path}{context.Request.QueryString}", out var text)
            ? AnswerAsync(context, text)
            : AnswerAsync(context, "Not Found", StatusCodes.Status404NotFound);
    }

    public static async Task AnswerAsync(HttpContext context, string text, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token); // without waiting for connections kept alive
        await _app.DisposeAsync();
    }
}
