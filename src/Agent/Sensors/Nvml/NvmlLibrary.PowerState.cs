namespace Agent.Sensors.Nvml;

/// <content>How a GPU saves power, and what keeps it from more speed.</content>
internal sealed unsafe partial class NvmlLibrary
{
    public NvmlReturn PowerLimit(nint device, out uint milliwatts) =>
        Number(_nvml.DeviceGetEnforcedPowerLimit, device, out milliwatts);

    public NvmlReturn DefaultPowerLimit(nint device, out uint milliwatts) =>
        Number(_nvml.DeviceGetPowerManagementDefaultLimit, device, out milliwatts);

    public NvmlReturn PowerLimits(nint device, out uint least, out uint most)
    {
        var told = stackalloc uint[2];
        var answer = _nvml.DeviceGetPowerManagementLimitConstraints == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetPowerManagementLimitConstraints(device, told, told + 1);
        var first = Number(answer, told[0], out least);
        var second = Number(answer, told[1], out most);
        return first == NvmlReturn.Success ? second : first;
    }

    public NvmlReturn ClockReasons(nint device, out ulong reasons)
    {
        var told = stackalloc ulong[1];
        var answer = _nvml.DeviceGetCurrentClocksEventReasons == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetCurrentClocksEventReasons(device, told);
        reasons = answer == NvmlReturn.Success && *told != ulong.MaxValue ? *told : 0;
        return answer == NvmlReturn.Success && *told == ulong.MaxValue ? NvmlReturn.NoData : answer;
    }

    public NvmlReturn PersistenceMode(nint device, out bool on)
    {
        var answer = Number(_nvml.DeviceGetPersistenceMode, device, out var mode);
        on = mode != 0;
        return answer;
    }

    public NvmlReturn PerformanceState(nint device, out uint state) =>
        Number(_nvml.DeviceGetPerformanceState, device, out state);
}
