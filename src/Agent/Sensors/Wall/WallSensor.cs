using System.Globalization;
using Agent.Config;
using Agent.Core.Attribution;

namespace Agent.Sensors.Wall;

/// <summary>
/// A meter at the wall. It is asked in the background, at its own pace: a slow plug delays nothing else, and a reading
/// hands out what came since the last.
/// </summary>
internal sealed class WallSensor(WallConfig config, MonotonicClock clock) : ISensor, IDisposable
{
    public const string Name = "wall";

    /// <summary>At the start one waits for it.</summary>
    private static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long the end of the agent waits for the question that is under way.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromMilliseconds(200);

    private readonly WallPoller _poller = new(config, clock);
    private readonly CancellationTokenSource _end = new();
    private Task? _loop;

    /// <summary>Asks once; the answer also comes with the next reading.</summary>
    public IReadOnlyList<Finding> Check()
    {
        if (config.Kind == WallKind.None)
        {
            return [];
        }

        return [FindingOf(Task.Run(() => _poller.AskOnceAsync(CheckPatience, _end.Token)).GetAwaiter().GetResult())];
    }

    public IEnumerable<LedgerEvent> Read()
    {
        if (config.Kind == WallKind.None)
        {
            return [];
        }

        _loop ??= Task.Run(() => _poller.RunAsync(_end.Token));
        if (_loop.IsFaulted)
        {
            _loop.GetAwaiter().GetResult(); // a bug: it stops the agent, as it would from here
        }

        return _poller.Take();
    }

    public void Dispose()
    {
        if (_end.IsCancellationRequested)
        {
            return;
        }

        _end.Cancel();
        if (_loop?.Wait(LongestGoodbye) != false)
        {
            _poller.Dispose();
            _end.Dispose();
        }
    }

    private static Finding FindingOf(WallAnswer answer) => answer switch
    {
        WallAnswer.Drawn drawn => new Finding(
            Verdict.Good,
            Name,
            string.Create(CultureInfo.InvariantCulture, $"{drawn.Meter} answers {drawn.Power.Value:0.0} W: taken for this whole machine."),
            "It must feed this machine alone: a screen or a second machine behind it would be counted, too."),
        WallAnswer.Nothing nothing => new Finding(Verdict.Bad, Name, nothing.What, nothing.Fix),
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };
}
