using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Ollama;
using Agent.Sensors;

namespace Agent.Metering;

/// <summary>Decides when sensors and runners are read: on its own clock, faster while Ollama works.</summary>
/// <remarks>
/// Sensors come first, runners after them: what was drawn until a sensor's reading can then be booked at once, since
/// what the runners did until then is known.
/// </remarks>
/// <param name="sensors">What is read.</param>
/// <param name="runners">Who is asked.</param>
/// <param name="placeRunners">Asks the GPUs for their processes at the next reading: a runner is to be placed.</param>
/// <param name="ledger">Where all goes.</param>
/// <param name="pace">How often.</param>
/// <param name="clock">The clock.</param>
internal sealed class Sampler(
    IReadOnlyList<ISensor> sensors,
    RunnerPoller runners,
    Action placeRunners,
    ChannelWriter<LedgerEvent> ledger,
    SamplingConfig pace,
    MonotonicClock clock) : BackgroundService
{
    /// <summary>A runner is on its GPUs before it serves; for so many rounds after that they are asked once more.</summary>
    private const int PlacingRounds = 3;

    /// <summary>The fast pace goes on for so many rounds after the work: its end is worth seeing closely, too.</summary>
    private const int LastRounds = 5;

    private int _unplaced;
    private int _fast;

    /// <summary>One round of readings.</summary>
    /// <returns>Whether Ollama works, or did just now: then the next round should come sooner.</returns>
    public async Task<bool> StepAsync(CancellationToken stoppingToken)
    {
        if (runners.Resumed() is { } resumed)
        {
            await ledger.WriteAsync(resumed, stoppingToken);
        }

        foreach (var sensor in sensors)
        {
            foreach (var entry in sensor.Read())
            {
                await ledger.WriteAsync(entry, stoppingToken);
            }
        }

        var round = await runners.PollAsync(stoppingToken);
        foreach (var entry in round.Events)
        {
            _unplaced = entry is LedgerEvent.RunnerFound or LedgerEvent.RunnerAnswered { Answer: RunnerAnswer.Loading }
                ? PlacingRounds
                : _unplaced;
            await ledger.WriteAsync(entry, stoppingToken);
        }

        if (_unplaced > 0)
        {
            _unplaced--;
            placeRunners();
        }

        await ledger.WriteAsync(new LedgerEvent.TickEnded(clock.Now, round.Settled), stoppingToken);
        _fast = round.Active ? LastRounds : Math.Max(0, _fast - 1);
        return _fast > 0;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(pace.Interval, clock.Time);
        do
        {
            timer.Period = await StepAsync(stoppingToken) ? pace.ActiveInterval : pace.Interval;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
