using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Machine;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.PowerState;

/// <summary>
/// The power profile, who holds it, and whether the machine runs on its battery: from the daemons on the message bus, and what
/// they do not tell from /sys. It reads only; no daemon is started for it.
/// </summary>
internal sealed class PolicySensor(PowerStateConfig config, PathsConfig paths, MonotonicClock clock) : ISensor, IDisposable
{
    public const string Name = "power_state";

    /// <summary>Longer than the bus thread waits for a daemon: by then it has told how it stands.</summary>
    private static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(3);

    private readonly SysPolicy _sys = new(new Sysfs(paths.Sysfs));
    private readonly PolicyChanges _changes = new(clock);
    private PolicyBus? _bus;
    private BusView? _view;
    private PowerPolicy? _told;
    private Reading.Missing? _failure;

    /// <summary>systemd's library: a name the loader finds, or a path.</summary>
    public string Library { get; init; } = BusLibrary.Name;

    /// <summary>How often the watching thread woke up.</summary>
    public long Wakeups => _bus?.Wakeups ?? 0;

    /// <summary>The watching thread sleeps until the bus says something: no time wakes it.</summary>
    public bool Rests => _bus?.Rests ?? false;

    public IReadOnlyList<Finding> Check()
    {
        if (config.Enabled == Enabled.False)
        {
            return [PolicyFindings.SwitchedOff];
        }

        Start();
        _changes.Await(CheckPatience);
        var view = _changes.Last ?? BusView.Without(BusStanding.Silent);
        return PolicyFindings.Of(view, Policy(view, clock.Now), config.Enabled == Enabled.True);
    }

    /// <summary>What changed since the last call; nothing until the bus has told how it stands, which it does soon.</summary>
    public IEnumerable<LedgerEvent> Read()
    {
        if (config.Enabled == Enabled.False)
        {
            return [];
        }

        Start();
        var events = new List<LedgerEvent>();
        foreach (var (at, view) in _changes.Take())
        {
            _view = view;
            Tell(at, view, events);
        }

        if (_view is { } last && (last.Profile.Profile is null || last.OnBattery is null))
        {
            Tell(clock.Now, last, events);
        }

        return events;
    }

    public void Dispose()
    {
        _bus?.Dispose();
        _changes.Dispose();
    }

    private void Start() => _bus ??= new PolicyBus(Library, config.DbusAddress, _changes);

    private void Tell(Moment at, BusView view, List<LedgerEvent> events)
    {
        var policy = Policy(view, at);
        if (policy != _told)
        {
            _told = policy;
            events.Add(new LedgerEvent.PolicyRead(at, policy));
        }

        var failure = PolicyFindings.Failure(view, policy, config.Enabled == Enabled.True);
        if (failure != _failure)
        {
            _failure = failure;
            events.Add(new LedgerEvent.SensorChecked(at, Name, failure));
        }
    }

    /// <summary>What the daemons tell; the kernel is asked only for what they do not.</summary>
    private PowerPolicy Policy(BusView view, Moment now)
    {
        var policy = view.Profile.Profile is not null
            ? new PowerPolicy
            {
                Profile = view.Profile.Profile,
                Profiles = view.Profile.Profiles,
                Degraded = view.Profile.Degraded,
                Inhibited = view.Profile.Inhibited,
                Holds = view.Profile.Holds,
                Source = view.Name.Daemon,
            }
            : _sys.Profile(now);
        return policy with { OnBattery = view.OnBattery ?? _sys.OnBattery(now) };
    }
}
