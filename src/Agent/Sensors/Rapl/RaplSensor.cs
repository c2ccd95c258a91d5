using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Rapl;

/// <summary>Processor and memory energy by RAPL, through the kernel's powercap folder.</summary>
internal sealed class RaplSensor : ISensor, IDisposable
{
    public const string Name = "rapl";

    /// <summary>Zones come and go with processors and kernel modules; looking costs some dozen small reads.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly RaplConfig _config;
    private readonly Sysfs _sysfs;
    private readonly bool _amd;
    private readonly MonotonicClock _clock;
    private readonly Dictionary<string, RaplCounter> _counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RaplZone> _gone = new(StringComparer.Ordinal);
    private Moment? _looked;
    private long _registrations;

    public RaplSensor(RaplConfig config, PathsConfig paths, MonotonicClock clock)
    {
        (_config, _clock) = (config, clock);
        _sysfs = new Sysfs(paths.Sysfs);
        _amd = IsAmd(Path.Combine(paths.Procfs, "cpuinfo"));
    }

    public IEnumerable<LedgerEvent> Read()
    {
        if (_config.Enabled == Enabled.False)
        {
            yield break;
        }

        if (_looked is not { } looked || _clock.Now - looked >= LookEvery)
        {
            Look();
        }

        foreach (var (id, counter) in _counters)
        {
            var reading = counter.Read();
            if (reading is Reading.Missing { Cause: MissingCause.Gone })
            {
                // Perhaps it is registered anew: look again at the next round.
                _looked = null;
            }

            yield return new LedgerEvent.DeviceRead(_clock.Now, _counters[id].Zone.Device, reading);
        }

        foreach (var zone in _gone.Values)
        {
            yield return new LedgerEvent.DeviceRead(_clock.Now, zone.Device, new Reading.Missing(
                MissingCause.Gone, $"{zone.Name} is not there any more: its processor or kernel module was removed."));
        }
    }

    public IReadOnlyList<Finding> Check()
    {
        if (_config.Enabled == Enabled.False)
        {
            return [new Finding(Verdict.Absent, Name, "Switched off (sensors.rapl.enabled: false).")];
        }

        var (zones, remarks) = RaplZones.Find(_sysfs, _amd);
        if (zones.Count == 0)
        {
            return
            [
                new Finding(
                    _config.Enabled == Enabled.True ? Verdict.Bad : Verdict.Absent,
                    Name,
                    "No RAPL zones: processor and memory energy is not measured.",
                    "On real x86 hardware load the kernel module: modprobe intel_rapl_msr. Virtual machines and most Arm machines have none."),
            ];
        }

        return
        [
            .. zones.Select(CheckZone),
            .. remarks.Select(remark => new Finding(Verdict.Good, Name, remark)),
        ];
    }

    public void Dispose()
    {
        foreach (var counter in _counters.Values)
        {
            counter.Dispose();
        }
    }

    private Finding CheckZone(RaplZone zone)
    {
        using var counter = new RaplCounter(_sysfs, zone, registration: 0);
        return counter.Read() switch
        {
            Reading.Missing { Cause: MissingCause.Permission } => new Finding(
                Verdict.Bad, Name, $"{zone.Device.Id}: its counter is readable by root only.", RaplCounter.Permission),
            Reading.Missing missing => new Finding(Verdict.Bad, Name, $"{zone.Device.Id}: {missing.Reason}"),
            _ when zone.Device.Kind == DeviceKind.Platform => new Finding(
                Verdict.Good, Name, $"{zone.Device.Id} is read; it contains the package and more, so what it adds is counted as other."),
            _ => new Finding(Verdict.Good, Name, $"{zone.Device.Id} is read."),
        };
    }

    private void Look()
    {
        _looked = _clock.Now;
        var found = RaplZones.Find(_sysfs, _amd).Zones.ToDictionary(zone => zone.Device.Id, StringComparer.Ordinal);
        foreach (var (id, counter) in _counters.Where(pair => !found.ContainsKey(pair.Key)).ToArray())
        {
            counter.Dispose();
            _counters.Remove(id);
            _gone[id] = counter.Zone;
        }

        foreach (var (id, zone) in found)
        {
            if (_counters.TryGetValue(id, out var known) && known.Zone.Folder == zone.Folder)
            {
                known.Zone = zone;
                continue;
            }

            known?.Dispose();
            _gone.Remove(id);
            _counters[id] = new RaplCounter(_sysfs, zone, ++_registrations);
        }
    }

    private static bool IsAmd(string cpuinfo)
    {
        try
        {
            return File.ReadLines(cpuinfo)
                .Take(64)
                .Any(line => line.StartsWith("vendor_id", StringComparison.Ordinal)
                    && (line.Contains("AuthenticAMD", StringComparison.Ordinal) || line.Contains("HygonGenuine", StringComparison.Ordinal)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
