using System.Runtime.InteropServices;

namespace Agent.Sensors.Nvml;

/// <summary>
/// The functions of libnvidia-ml.so.1, as nvml.h declares them, with the units of its arguments. Null is a function the
/// installed driver does not have. A name without suffix is the oldest form of a function: the suffix is always said.
/// </summary>
/// <remarks>Never with SuppressGCTransition: a call that hangs in the driver would stop every thread.</remarks>
internal sealed unsafe class NvmlExports(nint library)
{
    public readonly delegate* unmanaged<int> Init = (delegate* unmanaged<int>)Find(library, "nvmlInit_v2");

    public readonly delegate* unmanaged<int> Shutdown = (delegate* unmanaged<int>)Find(library, "nvmlShutdown");

    public readonly delegate* unmanaged<byte*, uint, int> SystemGetDriverVersion =
        (delegate* unmanaged<byte*, uint, int>)Find(library, "nvmlSystemGetDriverVersion");

    /// <summary>Such as 12.550.163.01: CUDA's major version, then the driver's. Answers before Init.</summary>
    public readonly delegate* unmanaged<byte*, uint, int> SystemGetNvmlVersion =
        (delegate* unmanaged<byte*, uint, int>)Find(library, "nvmlSystemGetNVMLVersion");

    public readonly delegate* unmanaged<uint*, int> DeviceGetCount =
        (delegate* unmanaged<uint*, int>)Find(library, "nvmlDeviceGetCount_v2");

    public readonly delegate* unmanaged<uint, nint*, int> DeviceGetHandleByIndex =
        (delegate* unmanaged<uint, nint*, int>)Find(library, "nvmlDeviceGetHandleByIndex_v2");

    public readonly delegate* unmanaged<nint, byte*, uint, int> DeviceGetUuid =
        (delegate* unmanaged<nint, byte*, uint, int>)Find(library, "nvmlDeviceGetUUID");

    public readonly delegate* unmanaged<nint, byte*, uint, int> DeviceGetName =
        (delegate* unmanaged<nint, byte*, uint, int>)Find(library, "nvmlDeviceGetName");

    public readonly delegate* unmanaged<nint, NvmlPciInfo*, int> DeviceGetPciInfo =
        (delegate* unmanaged<nint, NvmlPciInfo*, int>)Find(library, "nvmlDeviceGetPciInfo_v3");

    public readonly delegate* unmanaged<nint, uint*, int> DeviceGetArchitecture =
        (delegate* unmanaged<nint, uint*, int>)Find(library, "nvmlDeviceGetArchitecture");

    /// <summary>Millijoules since the driver was loaded. Volta and newer.</summary>
    public readonly delegate* unmanaged<nint, ulong*, int> DeviceGetTotalEnergyConsumption =
        (delegate* unmanaged<nint, ulong*, int>)Find(library, "nvmlDeviceGetTotalEnergyConsumption");

    /// <summary>Milliwatts, the whole board.</summary>
    public readonly delegate* unmanaged<nint, uint*, int> DeviceGetPowerUsage =
        (delegate* unmanaged<nint, uint*, int>)Find(library, "nvmlDeviceGetPowerUsage");

    public readonly delegate* unmanaged<nint, int, NvmlFieldValue*, int> DeviceGetFieldValues =
        (delegate* unmanaged<nint, int, NvmlFieldValue*, int>)Find(library, "nvmlDeviceGetFieldValues");

    /// <summary>Milliwatts.</summary>
    public readonly delegate* unmanaged<nint, uint*, int> DeviceGetEnforcedPowerLimit =
        (delegate* unmanaged<nint, uint*, int>)Find(library, "nvmlDeviceGetEnforcedPowerLimit");

    /// <summary>Milliwatts.</summary>
    public readonly delegate* unmanaged<nint, uint*, int> DeviceGetPowerManagementDefaultLimit =
        (delegate* unmanaged<nint, uint*, int>)Find(library, "nvmlDeviceGetPowerManagementDefaultLimit");

    /// <summary>The least and the most, in milliwatts.</summary>
    public readonly delegate* unmanaged<nint, uint*, uint*, int> DeviceGetPowerManagementLimitConstraints =
        (delegate* unmanaged<nint, uint*, uint*, int>)Find(library, "nvmlDeviceGetPowerManagementLimitConstraints");

    /// <summary>Bits. Drivers before R535 call event reasons throttle reasons; the bits are the same.</summary>
    public readonly delegate* unmanaged<nint, ulong*, int> DeviceGetCurrentClocksEventReasons =
        (delegate* unmanaged<nint, ulong*, int>)Find(
            library, "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons");

    /// <summary>1 is on.</summary>
    public readonly delegate* unmanaged<nint, uint*, int> DeviceGetPersistenceMode =
        (delegate* unmanaged<nint, uint*, int>)Find(library, "nvmlDeviceGetPersistenceMode");

    /// <summary>Type: 0 graphics, 1 SM, 2 memory, 3 video; megahertz.</summary>
    public readonly delegate* unmanaged<nint, uint, uint*, int> DeviceGetClockInfo =
        (delegate* unmanaged<nint, uint, uint*, int>)Find(library, "nvmlDeviceGetClockInfo");

    /// <summary>Two numbers, in percent: GPU, memory.</summary>
    public readonly delegate* unmanaged<nint, uint*, int> DeviceGetUtilizationRates =
        (delegate* unmanaged<nint, uint*, int>)Find(library, "nvmlDeviceGetUtilizationRates");

    /// <summary>Three numbers, in bytes: total, free, used with what the driver reserves.</summary>
    public readonly delegate* unmanaged<nint, ulong*, int> DeviceGetMemoryInfo =
        (delegate* unmanaged<nint, ulong*, int>)Find(library, "nvmlDeviceGetMemoryInfo");

    public readonly delegate* unmanaged<nint, NvmlMemory*, int> DeviceGetMemoryInfo2 =
        (delegate* unmanaged<nint, NvmlMemory*, int>)Find(library, "nvmlDeviceGetMemoryInfo_v2");

    /// <summary>Sensor 0 is the die; degrees Celsius.</summary>
    public readonly delegate* unmanaged<nint, uint, uint*, int> DeviceGetTemperature =
        (delegate* unmanaged<nint, uint, uint*, int>)Find(library, "nvmlDeviceGetTemperature");

    public readonly delegate* unmanaged<nint, uint*, int> DeviceGetPerformanceState =
        (delegate* unmanaged<nint, uint*, int>)Find(library, "nvmlDeviceGetPerformanceState");

    /// <summary>
    /// Number of entries in and out, and the entries: see <see cref="NvmlProcessList"/>. _v2 has them as _v3.
    /// </summary>
    public readonly delegate* unmanaged<nint, uint*, byte*, int> DeviceGetComputeRunningProcesses =
        (delegate* unmanaged<nint, uint*, byte*, int>)Find(
            library, "nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2");

    /// <summary>
    /// Samples, their number in and out, and the time stamp they must be newer than, in microseconds.
    /// </summary>
    public readonly delegate* unmanaged<nint, NvmlUtilizationSample*, uint*, ulong, int> DeviceGetProcessUtilization =
        (delegate* unmanaged<nint, NvmlUtilizationSample*, uint*, ulong, int>)Find(
            library, "nvmlDeviceGetProcessUtilization");

    /// <summary>1 is on: as it is, as it will be after a reset.</summary>
    public readonly delegate* unmanaged<nint, uint*, uint*, int> DeviceGetMigMode =
        (delegate* unmanaged<nint, uint*, uint*, int>)Find(library, "nvmlDeviceGetMigMode");

    private static nint Find(nint library, string name, string? older = null) =>
        NativeLibrary.TryGetExport(library, name, out var address) ? address
        : older is null ? 0
        : Find(library, older);
}
