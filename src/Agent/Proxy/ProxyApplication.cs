using System.Net;
using System.Text;
using Agent.Core.Ollama;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Agent.Proxy;

/// <summary>Forwards each request, and meters those that draw tokens or bytes.</summary>
internal sealed class ProxyApplication(
    Uri upstream,
    string ollama,
    HostRule hosts,
    IHttpForwarder forwarder,
    HttpMessageInvoker client,
    UsageAsking usage,
    UpstreamReach reach,
    MeterSink sink,
    MonotonicClock clock) : IHttpApplication<HttpContext>
{
    /// <summary>No bound on silence: the evaluation of a long prompt may take an hour.</summary>
    private static readonly ForwarderRequestConfig AsLongAsItTakes = new()
    {
        ActivityTimeout = Timeout.InfiniteTimeSpan,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>Numbers requests over all of the agent's proxies.</summary>
    private static long _lastRequest;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or > FairBody.Burst)
        {
            context.Request.Body = new FairBody(context.Request.Body);
        }

        var route = Route.Of(context.Request.Method, context.Request.Path.Value ?? "");
        if (route is null)
        {
            await ForwardAsync(context, new Passage(upstream, hosts, meter: null, remover: null), meter: null);
            return;
        }

        var meter = Meter(route, context.Request);
        try
        {
            var isAsked = await usage.PrepareAsync(context, route);
            context.Request.Body = new RequestTap(context.Request.Body, meter);
            await ForwardAsync(
                context, new Passage(upstream, hosts, meter, isAsked ? new UsageChunkRemover(route.Kind) : null), meter);
        }
        finally
        {
            // Where forwarding went to its end this is told already: it tells of a client that left before.
            meter.Ended(clientLeft: true, upstreamBroke: false);
            await context.Request.Body.DisposeAsync();
        }
    }

    private ExchangeMeter Meter(Route route, HttpRequest request)
    {
        var id = new RequestId(Interlocked.Increment(ref _lastRequest));
        return route.Kind == RouteKind.Pull
            ? new PullMeter(id, sink, clock)
            : new RequestMeter(route, id, ollama, ExchangeMeter.IsPlain(request.Headers.ContentEncoding), sink, clock);
    }

    private async Task ForwardAsync(HttpContext context, Passage passage, ExchangeMeter? meter)
    {
        var cut = new AnswerCut();
        context.Features.Set<IHttpResetFeature>(cut);
        var error = await forwarder.SendAsync(
            context, upstream.AbsoluteUri, client, AsLongAsItTakes, passage, CancellationToken.None);

        var hasLeft = context.RequestAborted.IsCancellationRequested;
        var isAnswered = context.Response.HasStarted;
        var isWhole = isAnswered && !cut.IsCut;
        meter?.Ended(clientLeft: !isWhole && hasLeft, upstreamBroke: !isWhole && !hasLeft);
        if (isAnswered)
        {
            reach.Answered();
            await Passage.ReleaseAsync(context.Response);
            if (cut.IsCut)
            {
                // The server then closes the connection behind what was written, without the answer's end.
                throw new IOException("Ollama's answer broke off.");
            }
        }
        else if (!hasLeft)
        {
            await RefuseAsync(context, error);
        }
    }

    private async Task RefuseAsync(HttpContext context, ForwarderError error)
    {
        if (error is ForwarderError.RequestBodyClient)
        {
            return; // the client's own fault: the forwarder has set the status
        }

        // Where the connection was there and broke, the client's breaks too: it would see just that without the proxy.
        var failure = context.Features.Get<IForwarderErrorFeature>()?.Exception as HttpRequestException;
        if (error is ForwarderError.RequestBodyDestination || reach.Failed(failure) is not { } told)
        {
            context.Abort();
            return;
        }

        var body = Encoding.UTF8.GetBytes(told);
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }
}
