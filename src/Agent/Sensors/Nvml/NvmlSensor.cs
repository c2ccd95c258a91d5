using System.Collections.Immutable;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>
/// NVIDIA's GPUs. NVML is called on a thread of its own, so that a driver that hangs stops neither the other sensors
/// nor the end of the agent: <see cref="Read"/> asks for a round and waits a little; a late one comes with the next
/// call.
/// </summary>
internal sealed class NvmlSensor(Func<INvml?> load, NvmlConfig config, PathsConfig paths, MonotonicClock clock)
    : ISensor, IDisposable
{
    public const string Name = "nvml";

    /// <summary>A round takes a few milliseconds, more when it starts NVML or the driver is busy.</summary>
    private static readonly TimeSpan UsualPatience = TimeSpan.FromMilliseconds(50);

    /// <summary>Starting NVML takes about 1.5 s for each GPU whose driver state was torn down.</summary>
    private static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(10);

    /// <summary>A driver that has not answered for so long is said to be unresponsive.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly NvmlFiles _files = new(paths.Procfs, paths.Sysfs);
    private readonly NvmlRelease _release = new(new(paths.Procfs, paths.Sysfs), clock);
    private readonly List<LedgerEvent> _held = [];
    private NvmlRounds? _rounds;
    private NvmlThread? _thread;
    private ImmutableArray<NvmlGpuReport> _gpus = [];
    private Moment? _saidSilent;

    /// <summary>How long <see cref="Read"/> waits for a round.</summary>
    public TimeSpan Patience { get; init; } = UsualPatience;

    /// <summary>Whether NVIDIA's driver is loaded. Any thread.</summary>
    public bool DriverPresent => _files.DriverPresent;

    /// <summary>How far NVML is released. Any thread.</summary>
    public NvmlReleaseState ReleaseState => _release.State;

    /// <summary>The sensor over the driver's own library.</summary>
    public static NvmlSensor Create(NvmlConfig config, PathsConfig paths, MonotonicClock clock) =>
        new(() => NvmlLibrary.TryLoad(config.Library), config, paths, clock);

    public IReadOnlyList<Finding> Check()
    {
        if (config.Enabled == Enabled.False)
        {
            return [NvmlFindings.SwitchedOff];
        }

        if (Started() is not { } thread)
        {
            return [NvmlFindings.WithoutDriver(_files.Hardware(), config.Enabled)];
        }

        Keep(thread.Take(TimeSpan.Zero));
        thread.Ask();
        return Keep(thread.Take(CheckPatience)) is { } round
            ? NvmlFindings.Of(round)
            : [NvmlFindings.Of(NvmlFailure.Silent(thread.Waiting))];
    }

    public IEnumerable<LedgerEvent> Read()
    {
        if (Started() is { } thread)
        {
            Keep(thread.Take(TimeSpan.Zero));
            var asked = thread.Ask();
            Keep(thread.Take(asked ? Patience : TimeSpan.Zero)); // one that is late is not waited for at every tick
            if (thread.Waiting > LongestSilence)
            {
                TellSilence(thread.Waiting);
            }
        }
        else if (config.Enabled == Enabled.True)
        {
            _held.Add(new LedgerEvent.SensorChecked(clock.Now, Name, NvmlFailure.NoDriver.Reading));
        }

        LedgerEvent[] events = [.. _held];
        _held.Clear();
        return events;
    }

    /// <summary>
    /// Asks for the lists of processes sooner than every 5 s: a runner has yet to be placed. Any thread.
    /// </summary>
    public void RefreshProcesses() => _rounds?.RefreshProcesses();

    /// <summary>
    /// Asks that NVML be closed and left alone, so that the driver can be unloaded or a GPU reset: done by the next
    /// round, unless a call hangs. What the GPUs draw meanwhile is told by their counters afterwards, if they survive.
    /// It is over by <see cref="Hold"/>, when the driver is loaded anew, or after an hour. Any thread.
    /// </summary>
    public void Release() => _release.Wish();

    /// <summary>Takes NVML up again, at the next round. Any thread.</summary>
    public void Hold() => _release.Withdraw();

    /// <summary>Waits until NVML is released. Any thread.</summary>
    /// <returns>False where it took longer, was taken back, or was not asked for.</returns>
    public Task<bool> ReleasedAsync(TimeSpan patience) => _release.DoneAsync(patience);

    public void Dispose() => _thread?.Dispose();

    /// <summary>The thread; null, and none is started, while there is no driver to talk to.</summary>
    private NvmlThread? Started()
    {
        if (_thread is null && config.Enabled != Enabled.False && _files.DriverPresent)
        {
            _rounds = new(new(load, config.Library, _files), _files, new(config.Hold), _release, clock);
            _thread = new(_rounds, clock);
        }

        return _thread;
    }

    private NvmlRound? Keep(NvmlRound? round)
    {
        if (round is not null)
        {
            // What was read before the driver fell silent is older than what has been said since.
            _held.AddRange(round.Events.Where(told => told is not LedgerEvent.DeviceRead || !(told.At < _saidSilent)));
            _gpus = round.Gpus;
        }

        return round;
    }

    private void TellSilence(TimeSpan silence)
    {
        _saidSilent = clock.Now;
        var missing = NvmlFailure.Silent(silence).Reading;
        _held.AddRange(_gpus.Select(gpu => new LedgerEvent.DeviceRead(_saidSilent.Value, gpu.Device, missing)));
        _held.Add(new LedgerEvent.SensorChecked(_saidSilent.Value, Name, missing));
    }
}
