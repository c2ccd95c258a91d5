using System.Globalization;
using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Sensors.Wall;

/// <summary>Asks the meter at the wall, again and again, one question at a time, and keeps the answers until they are taken.</summary>
internal sealed class WallPoller(WallConfig config, MonotonicClock clock) : IDisposable
{
    /// <summary>Answers nobody takes: two minutes of them.</summary>
    private const int MostKept = 120;

    private static readonly Device Wall = new(DeviceKind.Wall, WallSensor.Name, WallSensor.Name);

    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ShortestRetreat = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestRetreat = TimeSpan.FromSeconds(30);

    private readonly Channel<LedgerEvent> _answers = Channel.CreateBounded<LedgerEvent>(
        new BoundedChannelOptions(MostKept) { FullMode = BoundedChannelFullMode.DropOldest });

    private IWallMeter? _meter;
    private TimeSpan _retreat = ShortestRetreat;

    /// <summary>How long one question may take: a plug on a weak radio needs a second now and then.</summary>
    public TimeSpan Patience { get; } =
        TimeSpan.FromTicks(Math.Clamp((config.Interval * 2).Ticks, ShortestPatience.Ticks, LongestPatience.Ticks));

    /// <summary>Asks once.</summary>
    /// <returns>When to ask again.</returns>
    /// <exception cref="OperationCanceledException">It is over.</exception>
    public async Task<TimeSpan> StepAsync(CancellationToken stop)
    {
        var asked = clock.Now;
        _meter ??= WallMeters.Connect(config, clock.Time);
        var answer = await AskAsync(_meter, Patience, stop);
        if (answer is WallAnswer.Drawn)
        {
            _retreat = ShortestRetreat;
            var pause = config.Interval - (clock.Now - asked);
            return pause > config.Interval / 4 ? pause : config.Interval / 4; // one that is slow is not pressed
        }

        // What answered wrongly may be another one next time, or the same with another password.
        _meter.Dispose();
        _meter = null;
        var wait = _retreat > config.Interval ? _retreat : config.Interval;
        _retreat = _retreat * 2 < LongestRetreat ? _retreat * 2 : LongestRetreat;
        return wait;
    }

    /// <summary>Asks until it is over.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(await StepAsync(stop), clock.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is over.
        }
    }

    /// <summary>Asks once and apart from all other questions. What is answered is kept, too.</summary>
    /// <exception cref="OperationCanceledException">It is over.</exception>
    public async Task<WallAnswer> AskOnceAsync(TimeSpan patience, CancellationToken stop)
    {
        using var meter = WallMeters.Connect(config, clock.Time);
        return await AskAsync(meter, patience, stop);
    }

    /// <summary>What was answered since the last time, each answer once.</summary>
    public IEnumerable<LedgerEvent> Take()
    {
        while (_answers.Reader.TryRead(out var answer))
        {
            yield return answer;
        }
    }

    public void Dispose() => _meter?.Dispose();

    private async Task<WallAnswer> AskAsync(IWallMeter meter, TimeSpan patience, CancellationToken stop)
    {
        var asked = clock.Now;
        var answer = await BoundedAsync(meter, patience, stop);
        var middle = asked + ((clock.Now - asked) / 2); // somewhere between the two it was measured
        _answers.Writer.TryWrite(new LedgerEvent.DeviceRead(middle, Wall, answer.Reading));
        return answer;
    }

    private async Task<WallAnswer> BoundedAsync(IWallMeter meter, TimeSpan patience, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(patience, clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            return await meter.AskAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new WallAnswer.Nothing(
                MissingCause.Unresponsive,
                string.Create(CultureInfo.InvariantCulture, $"{config.Address} did not answer within {patience.TotalSeconds:0.#} s."),
                "See that the meter has power and good radio reception, and that sensors.wall.address is right.");
        }
    }
}
