using System.IO.Compression;
using System.Net;
using System.Threading.Channels;
using Agent.Tests.Binary;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Agent.Tests.Export.Otlp;

/// <summary>A collector that takes metrics over http/protobuf, or over gRPC.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly Channel<(IReadOnlyList<OtlpPoint> Points, IReadOnlyDictionary<string, string> Resource)> _received =
        Channel.CreateUnbounded<(IReadOnlyList<OtlpPoint>, IReadOnlyDictionary<string, string>)>();

    private readonly WebApplication _app;

    private Collector(string address, bool grpc)
    {
        Address = address;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPEndPoint.Parse(address), listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.MapPost("/v1/metrics", context => TakeAsync(context, skip: 0));
        _app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", context => TakeAsync(context, skip: 5));
    }

    public string Address { get; }

    /// <summary>What it answers; 200 takes the metrics.</summary>
    public int Answer { get; set; } = 200;

    /// <summary>The headers of the last request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>();

    public static async Task<Collector> StartAsync(bool grpc, string? address = null)
    {
        var collector = new Collector(address ?? PublishedBinary.FreeAddress(), grpc);
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>What it is sent next, or was sent and nobody asked for.</summary>
    public async Task<(IReadOnlyList<OtlpPoint> Points, IReadOnlyDictionary<string, string> Resource)> ReceiveAsync() =>
        await _received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Over gRPC a message has before it a flag, 1 where it is packed, and its length, and the status is a trailer.</summary>
    private async Task TakeAsync(HttpContext context, int skip)
    {
        Headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => $"{header.Value}");
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (Answer == 200)
        {
            var packed = skip > 0 ? body.GetBuffer()[0] == 1 : context.Request.Headers.ContentEncoding == "gzip";
            body.Position = skip;
            await using Stream message = packed ? new GZipStream(body, CompressionMode.Decompress) : body;
            _received.Writer.TryWrite(OtlpMessage.Read(await ByteString.FromStreamAsync(message)));
        }

        context.Response.StatusCode = Answer;
        context.Response.ContentType = skip > 0 ? "application/grpc" : "application/x-protobuf";
        if (skip > 0 && Answer == 200)
        {
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }
}
