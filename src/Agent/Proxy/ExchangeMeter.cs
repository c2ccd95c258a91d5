using Agent.Core.Units;

namespace Agent.Proxy;

/// <summary>
/// Meters one request and its answer as they go past. Whatever goes wrong in here costs a count, never the request: after a
/// fault no more of it is read. Request and answer may go past at the same time.
/// </summary>
internal abstract class ExchangeMeter(MeterSink sink, MonotonicClock clock)
{
    private readonly Lock _turn = new();
    private bool _hasEnded;

    protected MeterSink Sink => sink;

    protected Moment Now => clock.Now;

    /// <summary>When the request's head was there.</summary>
    protected Moment Started { get; } = clock.Now;

    /// <summary>There was a fault: what was read so far is not to be trusted.</summary>
    protected bool HasFailed { get; private set; }

    /// <summary>A body of that content encoding can be read.</summary>
    public static bool IsPlain(string? contentEncoding) => contentEncoding is null or "" or "identity";

    /// <summary>A part of the request's body was handed on; empty at its end.</summary>
    public void RequestPassed(ReadOnlySpan<byte> bytes) => Read(bytes, static (meter, bytes) => meter.ReadRequest(bytes));

    /// <summary>The answer's head was handed on.</summary>
    public void Answered(int status, string? contentType, string? contentEncoding) =>
        Read((status, contentType, contentEncoding), static (meter, head) => meter.ReadHead(head.status, head.contentType, head.contentEncoding));

    /// <summary>A part of the answer's body is with the client.</summary>
    public void AnswerPassed(ReadOnlySpan<byte> bytes) => Read(bytes, static (meter, bytes) => meter.ReadAnswer(bytes));

    /// <summary>Nothing more will come. Only the first call counts.</summary>
    /// <param name="clientLeft">The client went away before the answer's end.</param>
    /// <param name="upstreamBroke">Ollama's connection ended before the answer's end.</param>
    public void Ended(bool clientLeft, bool upstreamBroke)
    {
        lock (_turn)
        {
            if (!_hasEnded)
            {
                _hasEnded = true;
                Contained((clientLeft, upstreamBroke), static (meter, how) => meter.End(how.clientLeft, how.upstreamBroke));
            }
        }
    }

    protected abstract void ReadRequest(ReadOnlySpan<byte> bytes);

    protected abstract void ReadHead(int status, string? contentType, string? contentEncoding);

    protected abstract void ReadAnswer(ReadOnlySpan<byte> bytes);

    /// <summary>Tells the ledger how it ended, as far as is known: also after a fault.</summary>
    protected abstract void End(bool clientLeft, bool upstreamBroke);

    private void Read<T>(T what, Action<ExchangeMeter, T> read)
        where T : allows ref struct
    {
        lock (_turn)
        {
            if (!HasFailed)
            {
                Contained(what, read);
            }
        }
    }

    /// <summary>Counts a fault outside of this meter that costs no request either.</summary>
    /// <returns>True.</returns>
    public bool Contain(Exception fault) => sink.Contain(fault);

    private void Contained<T>(T what, Action<ExchangeMeter, T> read)
        where T : allows ref struct
    {
        try
        {
            read(this, what);
        }
        catch (Exception fault) when (sink.Contain(fault))
        {
            HasFailed = true;
        }
    }
}
