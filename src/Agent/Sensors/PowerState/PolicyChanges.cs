using Agent.Core.Units;

namespace Agent.Sensors.PowerState;

/// <summary>What the bus told, from the thread that hears it to the one that reads: each change once, with its moment.</summary>
internal sealed class PolicyChanges(MonotonicClock clock) : IDisposable
{
    /// <summary>More than anybody changes between two readings; past it the oldest are forgotten, never the newest.</summary>
    private const int Most = 64;

    private readonly Lock _gate = new();
    private readonly Queue<(Moment At, BusView View)> _queue = new();
    private readonly ManualResetEventSlim _told = new(initialState: false, spinCount: 0);
    private BusView? _last;

    /// <summary>What is so now; null until anything was told.</summary>
    public BusView? Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>Keeps what is seen now, if it is another thing than before.</summary>
    public void Add(BusView view)
    {
        lock (_gate)
        {
            if (view == _last)
            {
                return;
            }

            _last = view;
            _queue.Enqueue((clock.Now, view));
            if (_queue.Count > Most)
            {
                _queue.Dequeue();
            }
        }

        _told.Set();
    }

    /// <summary>All that is new, in order.</summary>
    public IReadOnlyList<(Moment At, BusView View)> Take()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                return [];
            }

            (Moment At, BusView View)[] all = [.. _queue];
            _queue.Clear();
            return all;
        }
    }

    /// <summary>Waits until anything was told at all.</summary>
    public void Await(TimeSpan patience) => _told.Wait(patience);

    public void Dispose() => _told.Dispose();
}
