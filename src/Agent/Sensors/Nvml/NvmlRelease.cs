using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>
/// Somebody's wish that NVML be let go of, and whether that is done: an open NVML keeps a driver from being unloaded and
/// a GPU from being reset. Wished by any thread, fulfilled by the one that calls NVML, at its next round.
/// </summary>
/// <remarks>The lock is held for no call into the driver.</remarks>
internal sealed class NvmlRelease(NvmlFiles files, MonotonicClock clock)
{
    /// <summary>A release that was forgotten costs no more than this of what the GPUs draw.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private TaskCompletionSource<bool>? _wish;
    private Moment _wished;
    private Moment? _done;
    private bool _inUse;
    private bool _driverWasAway;
    private long _driverMark;

    public NvmlReleaseState State
    {
        get
        {
            lock (_lock)
            {
                return _wish is null ? new NvmlReleaseState.Held()
                    : _done is { } done ? new NvmlReleaseState.Released(done)
                    : new NvmlReleaseState.Releasing(_wished);
            }
        }
    }

    /// <summary>Asks for it. Asked again, the hour begins again.</summary>
    public void Wish()
    {
        lock (_lock)
        {
            _wished = clock.Now;
            _wish ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_inUse)
            {
                Fulfil();
            }
        }
    }

    public void Withdraw()
    {
        lock (_lock)
        {
            End();
        }
    }

    /// <summary>Waits until it is done.</summary>
    /// <returns>False where it took longer, was withdrawn, or was not asked for.</returns>
    public async Task<bool> DoneAsync(TimeSpan patience)
    {
        Task<bool>? wish;
        lock (_lock)
        {
            wish = _wish?.Task;
        }

        try
        {
            return wish is not null && await wish.WaitAsync(patience, clock.Time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether NVML may be touched until the next question. A wish is over when the driver was loaded anew, which is
    /// mostly what it was for, or after an hour.
    /// </summary>
    public bool MayTouch()
    {
        var (present, mark) = (files.DriverPresent, files.DriverMark);
        lock (_lock)
        {
            _driverWasAway |= !present;
            if (_done is not null
                && ((present && (_driverWasAway || mark != _driverMark)) || clock.Now - _wished >= Longest))
            {
                End();
            }

            _inUse |= _wish is null;
            return _wish is null;
        }
    }

    /// <summary>NVML is closed.</summary>
    public void Closed()
    {
        lock (_lock)
        {
            _inUse = false;
            Fulfil();
        }
    }

    private void Fulfil()
    {
        if (_wish is null || _done is not null)
        {
            return;
        }

        _done = clock.Now;
        (_driverWasAway, _driverMark) = (!files.DriverPresent, files.DriverMark);
        _wish.SetResult(true);
    }

    private void End()
    {
        _wish?.TrySetResult(false);
        (_wish, _done) = (null, null);
    }
}
