using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>
/// How an open GPU is used: its state and its processes. Remembers what this GPU does not tell, so that it is not asked
/// for it again before NVML starts anew.
/// </summary>
internal sealed class NvmlGpuUse(INvml nvml, nint handle, NvmlFiles files)
{
    /// <summary>Every bit that has a meaning.</summary>
    private const ulong KnownReasons = ((ulong)ClockReasons.Display << 1) - 1;

    /// <summary>An operator changes them, by hand.</summary>
    private static readonly TimeSpan SettingsEvery = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> _untold = [];
    private readonly Pace _settingsPace = new(SettingsEvery);
    private NvmlGpuSettings _settings = new(null, null, null, null);
    private ulong? _sampledUntil;

    private delegate NvmlReturn Question<T>(nint device, out T value);

    /// <summary>The power limit in force; zero where it is not known.</summary>
    public Watts Limit { get; private set; }

    /// <summary>Looks in a row that found it idle: no utilisation, no process.</summary>
    public int IdleLooks { get; private set; }

    /// <summary>The processes last seen on it; null where they cannot be had or trusted.</summary>
    public ImmutableArray<GpuProcess>? Processes { get; private set; }

    /// <summary>Whether the driver keeps it up while nobody has it open; null where it is not known.</summary>
    public bool? Persistence => _settings.Persistence;

    public GpuState ReadState(Moment now)
    {
        _settings = _settingsPace.IsDue(now) ? ReadSettings() : _settings;
        var percent = Number(nameof(nvml.GpuUtilization), nvml.GpuUtilization);
        var limit = Number(nameof(nvml.PowerLimit), nvml.PowerLimit);
        var memory = IsTold<(ulong Total, ulong Used)>(nameof(nvml.Memory), TotalAndUsed, out var told)
            ? told
            : ((ulong Total, ulong Used)?)null;
        var state = Number(nameof(nvml.PerformanceState), nvml.PerformanceState);
        Limit = limit is { } milliwatts ? Watts.FromMilliwatts(milliwatts) : Limit;
        IdleLooks = percent == 0 && Processes is null or { Length: 0 } ? IdleLooks + 1 : 0;
        return new()
        {
            UtilizationRatio = percent / 100.0,
            MemoryTotalBytes = (long?)memory?.Total,
            MemoryUsedBytes = (long?)memory?.Used,
            TemperatureCelsius = Number(nameof(nvml.Temperature), nvml.Temperature),
            SmClockHertz = Number(nameof(nvml.SmClock), nvml.SmClock) * 1e6,
            MemoryClockHertz = Number(nameof(nvml.MemoryClock), nvml.MemoryClock) * 1e6,
            PowerLimitWatts = limit / 1e3,
            DefaultPowerLimitWatts = _settings.DefaultLimit,
            MinPowerLimitWatts = _settings.LeastLimit,
            MaxPowerLimitWatts = _settings.MostLimit,
            PerformanceState = state <= 15 ? (int)state : null,
            ClockReasons = IsTold(nameof(nvml.ClockReasons), nvml.ClockReasons, out ulong reasons)
                ? (ClockReasons)(reasons & KnownReasons)
                : null,
            Persistence = _settings.Persistence,
        };
    }

    /// <summary>
    /// Pids of which none is a process here are another pid namespace's, as in a container: then the view is null. One
    /// that is missing among others has just ended.
    /// </summary>
    public void ReadProcesses()
    {
        if (!IsTold(nameof(nvml.Processes), nvml.Processes, out IReadOnlyList<NvmlProcess> told))
        {
            Processes = null;
            return;
        }

        var present = told.Where(process => files.IsProcess((int)process.Pid)).ToList();
        Processes = present.Count == 0 && told.Count > 0
            ? null
            : [.. present.Select(process => new GpuProcess((int)process.Pid, (long?)process.UsedMemory))];
    }

    /// <summary>
    /// The share of its time each process used since the last call; empty the first time, null if it is not told.
    /// </summary>
    public ImmutableArray<ProcessUtilization>? ReadUtilization()
    {
        if (!IsTold(nameof(nvml.ProcessSamples), NewSamples, out IReadOnlyList<NvmlProcessSample> told))
        {
            return null;
        }

        // The driver's ring may hold samples of minutes ago: the first look, without a mark, finds out where it ends.
        var fresh = told.Where(sample => sample.Timestamp > _sampledUntil).ToLookup(sample => sample.Pid);
        _sampledUntil = told.Select(sample => sample.Timestamp).Append(_sampledUntil ?? 0).Max();

        // Those of another pid namespace, as in a container, are nobody's here: they would pass for foreign work.
        if (fresh.Count > 0 && !fresh.Any(samples => files.IsProcess((int)samples.Key)))
        {
            return null;
        }

        // A process has samples only of windows it ran in: the one with the most tells how many windows there were.
        var windows = fresh.Select(samples => samples.Count()).DefaultIfEmpty().Max();
        return
        [
            .. from samples in fresh
               let percent = samples.Sum(sample => (double)sample.SmPercent) / windows
               select new ProcessUtilization((int)samples.Key, percent / 100),
        ];
    }

    private NvmlGpuSettings ReadSettings()
    {
        var limits = IsTold<(uint Least, uint Most)>(nameof(nvml.PowerLimits), LeastAndMost, out var told)
            ? told
            : ((uint Least, uint Most)?)null;
        return new(
            Number(nameof(nvml.DefaultPowerLimit), nvml.DefaultPowerLimit) / 1e3,
            limits?.Least / 1e3,
            limits?.Most / 1e3,
            IsTold(nameof(nvml.PersistenceMode), nvml.PersistenceMode, out bool on) ? on : null);
    }

    private NvmlReturn LeastAndMost(nint device, out (uint Least, uint Most) limits)
    {
        var answer = nvml.PowerLimits(device, out var least, out var most);
        limits = (least, most);
        return answer;
    }

    private NvmlReturn TotalAndUsed(nint device, out (ulong Total, ulong Used) memory)
    {
        var answer = nvml.Memory(device, out var total, out var used);
        memory = (total, used);
        return answer;
    }

    private NvmlReturn NewSamples(nint device, out IReadOnlyList<NvmlProcessSample> samples)
    {
        var answer = nvml.ProcessSamples(device, _sampledUntil ?? 0, out samples);
        return answer == NvmlReturn.NotFound ? NvmlReturn.Success : answer; // NotFound: nothing new
    }

    private uint? Number(string name, Question<uint> question) =>
        IsTold(name, question, out var number) ? number : null;

    private bool IsTold<T>(string name, Question<T> question, out T value)
    {
        value = default!;
        if (_untold.Contains(name))
        {
            return false;
        }

        var answer = question(handle, out value);
        if (answer is NvmlReturn.NotSupported or NvmlReturn.FunctionNotFound)
        {
            _untold.Add(name);
        }

        return answer == NvmlReturn.Success;
    }
}
