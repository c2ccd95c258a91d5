using Agent.Core.Units;

namespace Agent.Sensors.PowerState;

/// <summary>
/// The one thread that talks to the message bus. It sleeps until the bus has something to say, so that watching costs nothing
/// while nothing changes. No call in it waits for a program, so it can always be ended.
/// </summary>
internal sealed class PolicyBus : IDisposable
{
    /// <summary>What answers later than this is said to be silent. A daemon needs less than a millisecond.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A bus that restarts is back within a second; one that is not there at all is looked for once a minute.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromMilliseconds(200);

    /// <summary>On Linux its time stamps are CLOCK_MONOTONIC's, as the library's are, whatever clock the agent goes by.</summary>
    private static readonly MonotonicClock Real = new(TimeProvider.System, TimeSpan.Zero);

    private readonly string _library;
    private readonly string _address;
    private readonly PolicyChanges _changes;
    private readonly PollWait _wait = new();
    private readonly Thread _thread;
    private volatile bool _ending;

    /// <summary>Begins to watch.</summary>
    /// <param name="library">systemd's library: a name the loader finds, or a path.</param>
    /// <param name="address">Where the bus listens; empty: the system bus.</param>
    /// <param name="changes">Where all that is seen goes.</param>
    public PolicyBus(string library, string address, PolicyChanges changes)
    {
        (_library, _address, _changes) = (library, address, changes);
        _thread = new(Run) { IsBackground = true, Name = PolicySensor.Name };
        _thread.Start();
    }

    /// <summary>How often the thread woke up.</summary>
    public long Wakeups => _wait.Wakeups;

    /// <summary>The thread sleeps until the bus says something, however long that takes.</summary>
    public bool Rests => _wait.IsEndless;

    public void Dispose()
    {
        if (_ending)
        {
            return;
        }

        _ending = true;
        _wait.Wake();
        if (_thread.Join(LongestGoodbye))
        {
            _wait.Dispose();
        }
    }

    private void Run()
    {
        if (BusLibrary.TryLoad(_library) is not { } library)
        {
            _changes.Add(BusView.Without(BusStanding.NoLibrary));
            return;
        }

        var pause = FirstPause;
        while (!_ending)
        {
            var (bus, error) = library.Open(_address);
            if (bus is not null)
            {
                using (bus)
                {
                    (error, var answered) = Watch(bus);
                    pause = answered ? FirstPause : pause;
                }
            }

            if (!_ending)
            {
                _changes.Add(BusView.Without(Trouble(error)));
                _wait.Wait(-1, 0, pause);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Follows the daemons for as long as the connection holds.</summary>
    /// <returns>Why it does not any more, and whether it ever did.</returns>
    private (int Error, bool Answered) Watch(BusConnection bus)
    {
        var profiles = new BusService(bus, [BusName.Profiles, BusName.OldProfiles], Patience);
        var supply = new BusService(bus, [BusName.UPower], Patience);
        profiles.Begin(Real.Now);
        supply.Begin(Real.Now);
        var answered = false;
        while (!_ending)
        {
            var done = bus.Process(out var message);
            if (done < 0)
            {
                return (done, answered);
            }

            if (message is not null)
            {
                using (message)
                {
                    answered = true;
                    profiles.Take(message, Real.Now);
                    supply.Take(message, Real.Now);
                }
            }

            profiles.Look(Real.Now);
            supply.Look(Real.Now);
            if (profiles.Standing != BusStanding.Asked && supply.Standing != BusStanding.Asked)
            {
                _changes.Add(BusView.Of(profiles, supply)); // after each message: what changed twice was seen twice
            }

            if (done == 0)
            {
                Sleep(bus, profiles.Deadline, supply.Deadline);
            }
        }

        return (0, answered);
    }

    private void Sleep(BusConnection bus, params ReadOnlySpan<Moment?> deadlines)
    {
        var until = bus.Deadline is { } microseconds
            ? new Moment(TimeSpan.FromMicroseconds(microseconds < long.MaxValue / 10 ? microseconds : long.MaxValue / 10))
            : (Moment?)null;
        foreach (var deadline in deadlines)
        {
            until = deadline < until || until is null ? deadline ?? until : until;
        }

        var (descriptor, events) = bus.Wanted;
        _wait.Wait(descriptor, events, until - Real.Now);
    }

    private static BusStanding Trouble(int error) => -error switch
    {
        1 or 13 => BusStanding.Refused, // EPERM, EACCES
        110 => BusStanding.Silent, // ETIMEDOUT
        _ => BusStanding.NoBus,
    };
}
