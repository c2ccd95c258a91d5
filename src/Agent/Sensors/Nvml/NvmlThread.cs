using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>
/// The one thread that calls NVML. A call can hang in the driver for ever and can be neither cancelled nor joined, so
/// everybody else only asks this thread for a round and waits as long as he likes. It is never replaced by another.
/// </summary>
internal sealed class NvmlThread : IDisposable
{
    /// <summary>How long the end of the agent waits for NVML to be closed in order.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromMilliseconds(200);

    private readonly NvmlRounds _rounds;
    private readonly MonotonicClock _clock;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly ManualResetEventSlim _answered = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;
    private volatile bool _ending;
    private volatile NvmlRound? _round;
    private Moment? _since;

    public NvmlThread(NvmlRounds rounds, MonotonicClock clock)
    {
        _rounds = rounds;
        _clock = clock;
        _thread = new(Run) { IsBackground = true, Name = NvmlSensor.Name };
        _thread.Start();
    }

    /// <summary>How long the round asked for is not there yet.</summary>
    public TimeSpan Waiting => _clock.Now - _since ?? TimeSpan.Zero;

    /// <summary>Asks for a round, unless one is being waited for.</summary>
    /// <returns>Whether it was asked for now.</returns>
    public bool Ask()
    {
        if (_since is not null)
        {
            return false;
        }

        _since = _clock.Now;
        _answered.Reset();
        _asked.Release();
        return true;
    }

    /// <summary>The round asked for, each once; null if it is not there in time.</summary>
    public NvmlRound? Take(TimeSpan patience)
    {
        if (_since is null || !_answered.Wait(patience))
        {
            return null;
        }

        _since = null;
        return _round;
    }

    /// <summary>Ends the thread, unless it hangs in the driver: then it ends with the process.</summary>
    public void Dispose()
    {
        if (_ending)
        {
            return;
        }

        _ending = true;
        _asked.Release();
        if (_thread.Join(LongestGoodbye))
        {
            _asked.Dispose();
            _answered.Dispose();
        }
    }

    private void Run()
    {
        _asked.Wait();
        while (!_ending)
        {
            _round = _rounds.Next();
            _answered.Set();
            _asked.Wait();
        }

        _rounds.Close();
    }
}
