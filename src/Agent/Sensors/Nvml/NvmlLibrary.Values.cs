namespace Agent.Sensors.Nvml;

/// <content>What a GPU tells: energy, state, processes.</content>
internal sealed unsafe partial class NvmlLibrary
{
    private const uint EnergyField = 83;
    private const uint PowerMeanField = 185;
    private const uint PowerInstantField = 186;

    private const uint DieSensor = 0;
    private const uint SmClockType = 1;
    private const uint MemoryClockType = 2;

    /// <summary>A list may grow between the question how long it is and the next: asked again this often.</summary>
    private const int MostTries = 5;

    /// <summary>Most entries of a list that are taken; a longer one is not believed.</summary>
    private const uint MostEntries = 4096;

    /// <summary>Processes that may start between the question how many there are and the next.</summary>
    private const uint Slack = 8;

    /// <summary>The driver's ring of utilisation samples holds 100.</summary>
    private const uint UsualSamples = 128;

    /// <summary>
    /// The power is the mean of the last second where the GPU has one (Ampere except GA100, and newer), as nvidia-smi
    /// shows: boards look at their power for a part of the time only (25 ms of 100 ms on A100 and H100), so a single
    /// look says little about the seconds between two readings. Elsewhere it is the power of the moment.
    /// </summary>
    public NvmlReturn EnergyAndPower(nint device, out NvmlValue energyMillijoules, out NvmlValue powerMilliwatts)
    {
        var fields = stackalloc NvmlFieldValue[3];
        new Span<NvmlFieldValue>(fields, 3).Clear();
        fields[0].FieldId = EnergyField;
        fields[1].FieldId = PowerMeanField;
        fields[2].FieldId = PowerInstantField;
        var answer = _nvml.DeviceGetFieldValues == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetFieldValues(device, 3, fields);
        if (answer is NvmlReturn.FunctionNotFound or NvmlReturn.NotSupported)
        {
            energyMillijoules = Energy(device);
            powerMilliwatts = Power(device);
            return NvmlReturn.Success;
        }

        energyMillijoules = powerMilliwatts = new(answer, 0);
        if (answer == NvmlReturn.Success)
        {
            energyMillijoules = fields[0].Told.Return is NvmlReturn.InvalidArgument or NvmlReturn.NotFound
                ? Energy(device)
                : fields[0].Told;
            powerMilliwatts = fields[1].Told.Return == NvmlReturn.Success ? fields[1].Told
                : fields[2].Told.Return == NvmlReturn.Success ? fields[2].Told
                : Power(device); // drivers before R530 know neither field
        }

        return answer;
    }

    public NvmlReturn GpuUtilization(nint device, out uint percent)
    {
        var rates = stackalloc uint[2];
        var answer = _nvml.DeviceGetUtilizationRates == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetUtilizationRates(device, rates);
        return Number(answer, rates[0], out percent);
    }

    /// <summary>Drivers before R510 count what they reserve as used.</summary>
    public NvmlReturn Memory(nint device, out ulong total, out ulong used)
    {
        var memory = new NvmlMemory { Version = NvmlMemory.SizeAndVersion };
        var answer = _nvml.DeviceGetMemoryInfo2 == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetMemoryInfo2(device, &memory);
        if (answer is NvmlReturn.FunctionNotFound or NvmlReturn.ArgumentVersionMismatch)
        {
            var older = stackalloc ulong[3];
            answer = _nvml.DeviceGetMemoryInfo == null
                ? NvmlReturn.FunctionNotFound
                : (NvmlReturn)_nvml.DeviceGetMemoryInfo(device, older);
            (memory.Total, memory.Used) = (older[0], older[2]);
        }

        (total, used) = answer == NvmlReturn.Success ? (memory.Total, memory.Used) : (0, 0);
        return answer == NvmlReturn.Success && (total == ulong.MaxValue || used == ulong.MaxValue)
            ? NvmlReturn.NoData
            : answer;
    }

    public NvmlReturn Temperature(nint device, out uint celsius) =>
        Number(_nvml.DeviceGetTemperature, device, DieSensor, out celsius);

    public NvmlReturn SmClock(nint device, out uint megahertz) =>
        Number(_nvml.DeviceGetClockInfo, device, SmClockType, out megahertz);

    public NvmlReturn MemoryClock(nint device, out uint megahertz) =>
        Number(_nvml.DeviceGetClockInfo, device, MemoryClockType, out megahertz);

    /// <summary>
    /// <see cref="NvmlReturn.NotSupported"/> in MIG mode: without rights over the whole GPU the driver then lists none,
    /// which would look like a GPU nobody uses. <see cref="NvmlReturn.NoData"/> where the list makes no sense.
    /// </summary>
    public NvmlReturn Processes(nint device, out IReadOnlyList<NvmlProcess> processes)
    {
        processes = [];
        if (_nvml.DeviceGetComputeRunningProcesses == null)
        {
            return NvmlReturn.FunctionNotFound;
        }

        if (IsSliced(device))
        {
            return NvmlReturn.NotSupported;
        }

        uint count = 0;
        var answer = (NvmlReturn)_nvml.DeviceGetComputeRunningProcesses(device, &count, null);
        for (var tries = 0; answer == NvmlReturn.InsufficientSize && count <= MostEntries && tries < MostTries; tries++)
        {
            var capacity = count + Slack;
            var buffer = new byte[capacity * NvmlProcessList.Room];
            Array.Fill(buffer, NvmlProcessList.Untouched);
            count = capacity;
            fixed (byte* entries = buffer)
            {
                answer = (NvmlReturn)_nvml.DeviceGetComputeRunningProcesses(device, &count, entries);
            }

            if (answer == NvmlReturn.Success)
            {
                var read = count <= capacity ? NvmlProcessList.Parse(buffer, (int)count) : null;
                processes = read ?? [];
                return read is null ? NvmlReturn.NoData : answer;
            }
        }

        return answer == NvmlReturn.Success && count > 0 ? NvmlReturn.NoData : answer;
    }

    public NvmlReturn ProcessSamples(nint device, ulong since, out IReadOnlyList<NvmlProcessSample> samples)
    {
        samples = [];
        if (_nvml.DeviceGetProcessUtilization == null)
        {
            return NvmlReturn.FunctionNotFound;
        }

        var answer = NvmlReturn.InsufficientSize;
        var count = UsualSamples;
        for (var tries = 0; answer == NvmlReturn.InsufficientSize && count <= MostEntries && tries < MostTries; tries++)
        {
            var buffer = new NvmlUtilizationSample[Math.Max(count, UsualSamples)];
            count = (uint)buffer.Length;
            fixed (NvmlUtilizationSample* entries = buffer)
            {
                answer = (NvmlReturn)_nvml.DeviceGetProcessUtilization(device, entries, &count, since);
            }

            if (answer == NvmlReturn.Success)
            {
                samples =
                [
                    .. from sample in buffer.Take((int)Math.Min(count, (uint)buffer.Length))
                       where sample.Pid is > 0 and <= int.MaxValue && sample.SmUtilization <= 100
                       select new NvmlProcessSample(sample.Pid, sample.Timestamp, sample.SmUtilization),
                ];
            }
        }

        return answer;
    }

    /// <summary>Whether the GPU is in MIG mode now.</summary>
    private bool IsSliced(nint device)
    {
        var modes = stackalloc uint[2];
        return _nvml.DeviceGetMigMode != null
            && (NvmlReturn)_nvml.DeviceGetMigMode(device, modes, modes + 1) == NvmlReturn.Success
            && modes[0] != 0;
    }

    private NvmlValue Energy(nint device)
    {
        var told = stackalloc ulong[1];
        var answer = _nvml.DeviceGetTotalEnergyConsumption == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetTotalEnergyConsumption(device, told);
        return answer == NvmlReturn.Success && *told == ulong.MaxValue
            ? new(NvmlReturn.NoData, 0)
            : new(answer, answer == NvmlReturn.Success ? *told : 0);
    }

    private NvmlValue Power(nint device)
    {
        var answer = Number(_nvml.DeviceGetPowerUsage, device, out var told);
        return new(answer, told);
    }
}
