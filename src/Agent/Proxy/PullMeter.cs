using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Proxy;

/// <summary>Meters a download.</summary>
internal sealed class PullMeter(RequestId id, MeterSink sink, MonotonicClock clock) : ExchangeMeter(sink, clock)
{
    /// <summary>Time between two tellings of how far it is.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    private PullReader? _answer;
    private Moment? _lastTold;
    private long _bytesTold;

    protected override void ReadRequest(ReadOnlySpan<byte> bytes)
    {
    }

    protected override void ReadHead(int status, string? contentType, string? contentEncoding)
    {
        _answer = new PullReader(status, IsPlain(contentEncoding) ? contentType : null);
        Sink.Tell(new LedgerEvent.PullProgressed(Started, id, 0)); // an answer that is no stream has its head at its end
    }

    protected override void ReadAnswer(ReadOnlySpan<byte> bytes)
    {
        _answer!.Feed(bytes);
        var now = Now;
        if (_lastTold is not { } last || now - last >= TellEvery)
        {
            _lastTold = now;
            TellBytes(now);
        }
    }

    protected override void End(bool clientLeft, bool upstreamBroke)
    {
        var outcome = HasFailed
            ? RequestOutcome.Error
            : _answer?.Finish(clientLeft) ?? AnswerEnd.None(clientLeft).Outcome;
        var now = Now;
        TellBytes(now);
        Sink.TellEnd(new LedgerEvent.PullEnded(now, id, outcome, Started));
    }

    /// <summary>Bytes that could not be told are told the next time.</summary>
    private void TellBytes(Moment now)
    {
        var growth = (_answer?.Bytes ?? 0) - _bytesTold;
        if (growth > 0 && Sink.Tell(new LedgerEvent.PullProgressed(now, id, growth)))
        {
            _bytesTold += growth;
        }
    }
}
