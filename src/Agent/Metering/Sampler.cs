using System.Threading.Channels;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Ollama;
using Agent.Sensors;

namespace Agent.Metering;

/// <summary>Decides when sensors and runners are read: on its own clock, faster while Ollama works.</summary>
/// <remarks>
/// Sensors come first, runners after them: what was drawn until a sensor's reading can then be booked at once, since
/// what the runners did until then is known.
/// </remarks>
internal sealed class Sampler(
    IReadOnlyList<ISensor> sensors,
    RunnerPoller runners,
    ChannelWriter<LedgerEvent> ledger,
    SamplingConfig pace,
    MonotonicClock clock) : BackgroundService
{
    /// <summary>One round of readings.</summary>
    /// <returns>Whether Ollama works: then the next round should come sooner.</returns>
    public async Task<bool> StepAsync(CancellationToken stoppingToken)
    {
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
            await ledger.WriteAsync(entry, stoppingToken);
        }

        await ledger.WriteAsync(new LedgerEvent.TickEnded(clock.Now, round.Settled), stoppingToken);
        return round.Active;
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
