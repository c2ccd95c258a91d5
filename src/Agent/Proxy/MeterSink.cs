using System.Threading.Channels;
using Agent.Core.Attribution;

namespace Agent.Proxy;

/// <summary>Where what was metered goes. Nothing waits for it: what cannot be told is counted as lost.</summary>
internal sealed class MeterSink(ChannelWriter<LedgerEvent> events)
{
    /// <summary>Ends that wait for room: as many as there can be connections, many times over.</summary>
    private const int MostWaiting = 100_000;

    private int _waiting;
    private long _queueFull;
    private long _faults;

    /// <summary>What was lost since the start, by reason.</summary>
    public IReadOnlyList<(string Reason, long Count)> Lost =>
        [("queue_full", Interlocked.Read(ref _queueFull)), ("fault", Interlocked.Read(ref _faults))];

    /// <summary>Tells the ledger.</summary>
    /// <returns>False where it was lost: the ledger is behind, or has ended.</returns>
    public bool Tell(LedgerEvent happened)
    {
        var isTaken = events.TryWrite(happened);
        if (!isTaken)
        {
            Interlocked.Increment(ref _queueFull);
        }

        return isTaken;
    }

    /// <summary>
    /// Tells of an end. The ledger would take what has no end to go on for ever, so an end waits for room in the queue; the
    /// request does not wait for it.
    /// </summary>
    public void TellEnd(LedgerEvent end)
    {
        if (events.TryWrite(end))
        {
            return;
        }

        if (Interlocked.Increment(ref _waiting) <= MostWaiting)
        {
            _ = TellLaterAsync(end);
        }
        else
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _queueFull);
        }
    }

    private async Task TellLaterAsync(LedgerEvent end)
    {
        try
        {
            await events.WriteAsync(end);
        }
        catch (ChannelClosedException)
        {
            Interlocked.Increment(ref _queueFull); // the agent ends
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Counts a fault of metering. Of the fault itself nothing is kept: its text may hold what went past.</summary>
    /// <returns>True: an exception's filter that lets none through.</returns>
    public bool Contain(Exception fault)
    {
        _ = fault;
        Interlocked.Increment(ref _faults);
        return true;
    }
}
