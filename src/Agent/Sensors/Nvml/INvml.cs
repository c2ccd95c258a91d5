namespace Agent.Sensors.Nvml;

/// <summary>
/// What the agent asks of NVIDIA's management library, one call each, in the library's own units. The driver's library
/// is one implementation, the simulated machine's GPUs the other. Not thread-safe: one thread calls it.
/// </summary>
/// <remarks>A handle is valid until <see cref="Shutdown"/>; after the next <see cref="Init"/> it must be fetched anew.</remarks>
internal interface INvml
{
    NvmlReturn Init();

    NvmlReturn Shutdown();

    NvmlReturn DriverVersion(out string version);

    NvmlReturn DeviceCount(out int count);

    /// <summary>Opens a GPU. This wakes it where it sleeps.</summary>
    NvmlReturn DeviceHandle(int index, out nint device);

    NvmlReturn Uuid(nint device, out string uuid);

    NvmlReturn Name(nint device, out string name);

    /// <summary>Domain:bus:device.function, such as <c>00000000:01:00.0</c>.</summary>
    NvmlReturn PciBusId(nint device, out string busId);

    /// <summary>2 Kepler … 5 Volta, 6 Turing, 7 Ampere, 8 Ada, 9 Hopper, 10 Blackwell.</summary>
    NvmlReturn Architecture(nint device, out uint architecture);

    /// <summary>
    /// Energy since the driver was loaded, in millijoules (Volta and newer), and power, in milliwatts: a 1 s mean on
    /// Ampere (except GA100) and newer. One call where the driver can; each value has its own return code.
    /// </summary>
    NvmlReturn EnergyAndPower(nint device, out NvmlValue energyMillijoules, out NvmlValue powerMilliwatts);

    /// <summary>Percent of the last sample window in which a kernel ran.</summary>
    NvmlReturn GpuUtilization(nint device, out uint percent);

    /// <summary>Bytes; <paramref name="used"/> leaves out what the driver reserves.</summary>
    NvmlReturn Memory(nint device, out ulong total, out ulong used);

    NvmlReturn Temperature(nint device, out uint celsius);

    /// <summary>In megahertz.</summary>
    NvmlReturn SmClock(nint device, out uint megahertz);

    /// <summary>In megahertz.</summary>
    NvmlReturn MemoryClock(nint device, out uint megahertz);

    /// <summary>The limit in force, in milliwatts.</summary>
    NvmlReturn PowerLimit(nint device, out uint milliwatts);

    /// <summary>The limit it comes with, in milliwatts.</summary>
    NvmlReturn DefaultPowerLimit(nint device, out uint milliwatts);

    /// <summary>Between what its limit can be set, in milliwatts.</summary>
    NvmlReturn PowerLimits(nint device, out uint least, out uint most);

    /// <summary>Why its clocks are below their highest: bits, as nvml.h's nvmlClocksEventReason*.</summary>
    NvmlReturn ClockReasons(nint device, out ulong reasons);

    /// <summary>Whether the driver keeps the GPU up while nobody has it open.</summary>
    NvmlReturn PersistenceMode(nint device, out bool on);

    /// <summary>0 to 15, 32 is unknown.</summary>
    NvmlReturn PerformanceState(nint device, out uint state);

    /// <summary>Processes with a compute context. The slow call: milliseconds.</summary>
    NvmlReturn Processes(nint device, out IReadOnlyList<NvmlProcess> processes);

    /// <summary>Samples newer than <paramref name="since"/>, a time stamp of the driver's in microseconds.</summary>
    NvmlReturn ProcessSamples(nint device, ulong since, out IReadOnlyList<NvmlProcessSample> samples);
}
