using Agent.Sensors.Nvml;

namespace Agent.Simulation;

/// <summary>The simulated machine's GPUs, as NVIDIA's management library shows them.</summary>
internal sealed class SimulatedNvml(PresentWorld present) : INvml
{
    public const string Driver = "580.95.05";

    /// <summary>What the driver counted before the world began, in millijoules: two days idle.</summary>
    private const double CountedBefore = 3_801_600_000;

    /// <summary>What the driver keeps for itself is not in <c>used</c>; the desktop's share is.</summary>
    private const ulong DesktopBytes = 310UL << 20;

    private int _users;
    private int _epoch;

    public NvmlReturn Init()
    {
        if (_users++ == 0)
        {
            _epoch++; // handles of before are stale
        }

        return NvmlReturn.Success;
    }

    public NvmlReturn Shutdown()
    {
        _users = Math.Max(0, _users - 1);
        return NvmlReturn.Success;
    }

    public NvmlReturn DriverVersion(out string version)
    {
        version = _users > 0 ? Driver : "";
        return _users > 0 ? NvmlReturn.Success : NvmlReturn.Uninitialized;
    }

    public NvmlReturn DeviceCount(out int count)
    {
        count = _users > 0 ? present.Read(world => world.Gpus.Length) : 0;
        return _users > 0 ? NvmlReturn.Success : NvmlReturn.Uninitialized;
    }

    public NvmlReturn DeviceHandle(int index, out nint device)
    {
        device = 0;
        var answer = DeviceCount(out var count);
        if (answer != NvmlReturn.Success)
        {
            return answer;
        }

        if (index < 0 || index >= count)
        {
            return NvmlReturn.InvalidArgument;
        }

        device = (_epoch << 8) + index + 1;
        return NvmlReturn.Success;
    }

    public NvmlReturn Uuid(nint device, out string uuid) => Ask(device, gpu => gpu.Spec.Uuid, "", out uuid);

    public NvmlReturn Name(nint device, out string name) => Ask(device, gpu => gpu.Spec.Name, "", out name);

    public NvmlReturn PciBusId(nint device, out string busId) => Ask(device, gpu => gpu.Spec.PciBusId, "", out busId);

    public NvmlReturn Architecture(nint device, out uint architecture) =>
        Ask(device, gpu => gpu.Spec.Architecture, 0u, out architecture);

    public NvmlReturn EnergyAndPower(nint device, out NvmlValue energyMillijoules, out NvmlValue powerMilliwatts)
    {
        var answer = Ask(
            device,
            gpu => (
                Energy: (ulong)(CountedBefore + (gpu.ShownJoules * 1e3)),
                Power: (ulong)(gpu.ShownWatts * 1e3),
                Counts: gpu.Spec.CountsEnergy),
            default,
            out var told);
        energyMillijoules = told.Counts ? new(answer, told.Energy) : new(NvmlReturn.NotSupported, 0);
        powerMilliwatts = new(answer, told.Power);
        return answer;
    }

    public NvmlReturn GpuUtilization(nint device, out uint percent) =>
        Ask(device, gpu => gpu.UtilizationPercent, 0u, out percent);

    public NvmlReturn Memory(nint device, out ulong total, out ulong used)
    {
        var answer = Ask(
            device,
            gpu => (gpu.Spec.MemoryBytes, DesktopBytes + gpu.Uses.Aggregate(0UL, (sum, use) => sum + use.MemoryBytes)),
            default,
            out var told);
        (total, used) = told;
        return answer;
    }

    public NvmlReturn Temperature(nint device, out uint celsius) =>
        Ask(device, gpu => (uint)gpu.Celsius, 0u, out celsius);

    public NvmlReturn SmClock(nint device, out uint megahertz) =>
        Ask(device, gpu => gpu.Busy ? (uint)(gpu.Spec.SmClock * gpu.Speed) : 210u, 0u, out megahertz);

    public NvmlReturn MemoryClock(nint device, out uint megahertz) =>
        Ask(device, gpu => gpu.Busy ? gpu.Spec.MemoryClock : 405u, 0u, out megahertz);

    public NvmlReturn PowerLimit(nint device, out uint milliwatts) =>
        Ask(device, gpu => (uint)(gpu.Spec.LimitWatts * 1e3), 0u, out milliwatts);

    public NvmlReturn DefaultPowerLimit(nint device, out uint milliwatts) => PowerLimit(device, out milliwatts);

    public NvmlReturn PowerLimits(nint device, out uint least, out uint most)
    {
        var answer = PowerLimit(device, out most);
        least = most / 3;
        return answer;
    }

    public NvmlReturn ClockReasons(nint device, out ulong reasons) =>
        Ask(device, gpu => gpu.Busy ? 0UL : (ulong)Core.Metering.ClockReasons.Idle, 0UL, out reasons);

    public NvmlReturn PersistenceMode(nint device, out bool on) => Ask(device, _ => true, false, out on);

    public NvmlReturn PerformanceState(nint device, out uint state) =>
        Ask(device, gpu => gpu.Busy ? 2u : 8u, 0u, out state);

    public NvmlReturn Processes(nint device, out IReadOnlyList<NvmlProcess> processes) => Ask(
        device,
        IReadOnlyList<NvmlProcess> (gpu) =>
            [.. gpu.Uses.Where(use => use.Computes).Select(use => new NvmlProcess((uint)use.Pid, use.MemoryBytes))],
        [],
        out processes);

    public NvmlReturn ProcessSamples(nint device, ulong since, out IReadOnlyList<NvmlProcessSample> samples)
    {
        var answer = Ask(device, gpu => Samples(gpu, since), [], out samples);
        return answer == NvmlReturn.Success && samples.Count == 0 ? NvmlReturn.NotFound : answer;
    }

    private IReadOnlyList<NvmlProcessSample> Samples(SimulatedGpu gpu, ulong since) =>
    [
        .. from sample in gpu.Samples
           let ended = present.Began + (sample.Step * SimulatedWorld.StepLength)
           let stamp = (ulong)(ended - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
           where stamp > since
           select new NvmlProcessSample((uint)sample.Pid, stamp, sample.SmPercent),
    ];

    private NvmlReturn Ask<T>(nint device, Func<SimulatedGpu, T> ask, T nothing, out T value)
    {
        value = nothing;
        if (_users == 0)
        {
            return NvmlReturn.Uninitialized;
        }

        var index = (int)device - (_epoch << 8) - 1;
        (var known, value) = present.Read(world =>
            index >= 0 && index < world.Gpus.Length ? (true, ask(world.Gpus[index])) : (false, nothing));
        return known ? NvmlReturn.Success : NvmlReturn.InvalidArgument;
    }
}
