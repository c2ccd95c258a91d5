using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Proxy;

/// <summary>Meters an inference request.</summary>
internal sealed class RequestMeter(Route route, RequestId id, string ollama, bool isPlain, MeterSink sink, MonotonicClock clock)
    : ExchangeMeter(sink, clock)
{
    /// <summary>Time between two tellings of how far an answer is.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(500);

    private readonly RequestPeek _peek = new(route);
    private AnswerReader? _answer;
    private bool _isServed;
    private bool _isToldOf;
    private Moment? _firstToken;
    private Moment _lastTold;
    private long _piecesTold;

    protected override void ReadRequest(ReadOnlySpan<byte> bytes)
    {
        if (isPlain)
        {
            _peek.Feed(bytes);
        }

        if (bytes.IsEmpty || _peek.IsRead)
        {
            TellStart();
        }
    }

    protected override void ReadHead(int status, string? contentType, string? contentEncoding)
    {
        TellStart();
        _isServed = status is >= 200 and < 300;
        _answer = AnswerReader.Create(route, status, contentType, contentEncoding);
    }

    protected override void ReadAnswer(ReadOnlySpan<byte> bytes)
    {
        _answer!.Feed(bytes);
        if (_answer.Pieces == _piecesTold)
        {
            return;
        }

        var now = Now;
        if (_firstToken is null || now - _lastTold >= TellEvery)
        {
            _firstToken ??= now;
            _lastTold = now;
            _piecesTold = _answer.Pieces;
            Sink.Tell(new LedgerEvent.RequestProgressed(now, id, _piecesTold));
        }
    }

    protected override void End(bool clientLeft, bool upstreamBroke)
    {
        TellStart();
        var answer = HasFailed ? new UnreadAnswer(contentType: null, isError: !_isServed) : _answer;
        var end = answer?.Finish(clientLeft, upstreamBroke) ?? AnswerEnd.None(clientLeft);
        var request = Request() is { Model: null } unnamed ? unnamed with { Model = end.FullModel } : Request();
        Sink.TellEnd(new LedgerEvent.RequestEnded(
            Now,
            request,
            new RequestEnd(Started, _firstToken, end.Outcome, _isServed, end.Remote || request.Remote, end.Usage)));
    }

    private void TellStart()
    {
        if (!_isToldOf)
        {
            _isToldOf = true;
            Sink.Tell(new LedgerEvent.RequestStarted(Started, Request()));
        }
    }

    private Request Request() => HasFailed
        ? new(id, ollama, null, route.Api, route.Embedding)
        : new(id, ollama, _peek.FullModel, route.Api, route.Embedding, _peek.IsCloud);
}
