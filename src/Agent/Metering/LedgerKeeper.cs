using System.Threading.Channels;
using Agent.Core.Attribution;

namespace Agent.Metering;

/// <summary>The ledger's only writer: folds events in as they come and publishes each state.</summary>
internal sealed class LedgerKeeper(ChannelReader<LedgerEvent> events, Ledger start, LedgerLog log, TimeProvider time) : BackgroundService
{
    /// <summary>Between two looks: a thousand requests a second would else wake it two thousand times, each dearer than the event itself.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private volatile Ledger _ledger = start;

    /// <summary>The ledger as of the last event; never changes once handed out.</summary>
    public Ledger Current => _ledger;

    /// <summary>What is folded in before all that comes: what held before the first reading.</summary>
    public Queue<LedgerEvent> First { get; init; } = [];

    /// <summary>Is told each event before it is folded in: one that breaks the ledger is worth having, too. It must not wait.</summary>
    public Action<LedgerEvent>? Record { get; set; }

    /// <summary>Folds in what is waiting.</summary>
    public void Step()
    {
        while (First.TryDequeue(out var entry) || events.TryRead(out entry))
        {
            Record?.Invoke(entry);
            var before = _ledger;
            _ledger = before.Apply(entry);
            log.Tell(before, _ledger, entry);
        }
    }

    /// <summary>Folds in what the others told at their end: they are stopped before.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Step();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await events.WaitToReadAsync(stoppingToken))
        {
            Step();
            await Task.Delay(Rest, time, stoppingToken);
        }
    }
}
