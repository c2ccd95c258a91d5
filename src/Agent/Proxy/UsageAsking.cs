using System.Buffers;

namespace Agent.Proxy;

/// <summary>
/// Decides for an OpenAI request whether its usage is to be asked for: where it is a stream, its client did not ask, and nothing else tells this
/// model's tokens. Only for that is a body held back, and no longer than until this is known.
/// </summary>
/// <param name="readElsewhere">Whether a model's tokens are known without the proxy.</param>
internal sealed class UsageAsking(Func<string, bool> readElsewhere, MeterSink sink)
{
    /// <summary>Longest body that is held, in bytes. A longer one passes as it is: its usage is not asked for.</summary>
    private const int LongestBody = 8 * 1024 * 1024;

    /// <summary>Most bytes of bodies held at a time, over all requests. Past it bodies pass as they are.</summary>
    private const long Room = 128 * 1024 * 1024;

    private const int ReadSize = 16 * 1024;

    private long _held;

    /// <summary>Looks at a request before it is forwarded, and gives it the body to forward.</summary>
    /// <returns>Usage is asked for, and has to be taken out of the answer again.</returns>
    public async ValueTask<bool> PrepareAsync(HttpContext context, Route route)
    {
        var request = context.Request;
        var room = request.ContentLength ?? LongestBody;
        if (route.Kind is not (RouteKind.OpenAIChat or RouteKind.OpenAICompletions)
            || room is 0 or > LongestBody
            || !ExchangeMeter.IsPlain(request.Headers.ContentEncoding)
            || !TryHold(room))
        {
            return false;
        }

        var body = new ArrayBufferWriter<byte>(ReadSize);
        var isWhole = false;
        byte[]? asked = null;
        try
        {
            isWhole = await ReadAsync(request.Body, body, new RequestPeek(route), context.RequestAborted);
            asked = isWhole ? Contained(() => UsageInjection.Ask(route, body.WrittenSpan)) : null;
        }
        finally
        {
            var rest = isWhole ? Stream.Null : request.Body;
            request.Body = new RejoinedStream(asked ?? body.WrittenMemory, rest, () => Interlocked.Add(ref _held, -room));
        }

        if (asked is not null && request.ContentLength is not null)
        {
            request.ContentLength = asked.Length;
        }

        return asked is not null;
    }

    private bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= Room)
        {
            return true;
        }

        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    private bool HasToBeAsked(RequestPeek peek, ReadOnlySpan<byte> part)
    {
        peek.Feed(part);
        return peek.FullModel is not { } model || !readElsewhere(model);
    }

    /// <summary>A fault in deciding costs a count: the body then passes as it is.</summary>
    private T? Contained<T>(Func<T> decide)
    {
        try
        {
            return decide();
        }
        catch (Exception fault) when (sink.Contain(fault))
        {
            return default;
        }
    }

    /// <summary>Reads until the body ends, is too long, or names a model whose tokens are known.</summary>
    /// <returns>It has ended, and what it names has to be asked for.</returns>
    private async ValueTask<bool> ReadAsync(Stream from, ArrayBufferWriter<byte> body, RequestPeek peek, CancellationToken cancel)
    {
        while (body.WrittenCount <= LongestBody)
        {
            var read = await from.ReadAsync(body.GetMemory(ReadSize), cancel);
            if (read == 0)
            {
                return true;
            }

            body.Advance(read);
            if (!Contained(() => HasToBeAsked(peek, body.WrittenSpan[^read..])))
            {
                return false;
            }
        }

        return false;
    }
}
