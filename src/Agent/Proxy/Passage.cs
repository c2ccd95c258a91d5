using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Agent.Proxy;

/// <summary>How one request and its answer pass: unchanged.</summary>
/// <param name="meter">Null where nothing is metered.</param>
/// <param name="remover">Null where the answer has nothing in it that the client did not ask for.</param>
internal sealed class Passage(Uri upstream, HostRule hosts, ExchangeMeter? meter, UsageChunkRemover? remover) : HttpTransformer
{
    private const string EventStream = "text/event-stream";

    /// <summary>
    /// Bytes of a body past which Ollama is asked whether it wants it. A server that refuses (a foreign host, say) closes the connection in the
    /// middle of a body that it does not read, and its answer would be lost. What sockets hold anyway needs no asking.
    /// </summary>
    private const long BigBody = 256 * 1024;

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _origin = upstream.GetLeftPart(UriPartial.Authority);

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var target = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        proxyRequest.RequestUri = new Uri(_origin + PathAndQuery(target), AsWritten);
        hosts.Apply(httpContext.Request, proxyRequest);
        if (proxyRequest.Content is not null && httpContext.Request.ContentLength is null or > BigBody)
        {
            proxyRequest.Headers.ExpectContinue = true;
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (!await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken))
        {
            return false;
        }

        // The head goes out now, not with the first bytes of the body: in a stream those may come much later.
        var response = httpContext.Response;
        await response.StartAsync(CancellationToken.None);
        if (response.ContentLength is null)
        {
            await response.Body.FlushAsync(CancellationToken.None);
        }

        if (meter is not null)
        {
            meter.Answered(response.StatusCode, response.ContentType, response.Headers.ContentEncoding);
            response.Body = new AnswerTap(response.Body, meter, IsStreamOfEvents(response) ? remover : null);
        }

        return true;
    }

    /// <summary>The answer is over, or broke off: all of it that is still held goes out.</summary>
    public static async ValueTask ReleaseAsync(HttpResponse response)
    {
        if (response.Body is AnswerTap tap)
        {
            await tap.ReleaseAsync(CancellationToken.None);
        }

        await response.Body.FlushAsync(CancellationToken.None);
    }

    private static bool IsStreamOfEvents(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status200OK
        && response.ContentType?.StartsWith(EventStream, StringComparison.OrdinalIgnoreCase) == true
        && ExchangeMeter.IsPlain(response.Headers.ContentEncoding);

    /// <summary>The target's path and query, letter by letter. A client that takes this for a forward proxy names a host as well.</summary>
    private static string PathAndQuery(string target)
    {
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        if (target.StartsWith('/') || authority < 0)
        {
            return target.StartsWith('/') ? target : "/";
        }

        var path = target.AsSpan(authority + 3);
        var start = path.IndexOfAny('/', '?');
        return start < 0 ? "/" : path[start] == '/' ? path[start..].ToString() : $"/{path[start..]}";
    }
}
