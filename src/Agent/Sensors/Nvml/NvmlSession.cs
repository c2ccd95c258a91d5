using Agent.Core.Metering;

namespace Agent.Sensors.Nvml;

/// <summary>
/// NVML between its start and its shutdown, and the GPUs it had. Handles end with it; the GPUs, known by their UUIDs,
/// are remembered, and get fresh handles from the next start.
/// </summary>
/// <remarks>
/// Starting NVML and opening a GPU wake it, and which index is which GPU is known only when it is open: beside a GPU
/// that is awake, one that could sleep is woken too and stays so. Laptops with two of NVIDIA's GPUs are rare.
/// </remarks>
internal sealed class NvmlSession(Func<INvml?> load, string library, NvmlFiles files)
{
    /// <summary>Most GPUs that are read; NVML itself knows no more.</summary>
    private const int MostGpus = 64;

    private readonly List<NvmlGpu> _gpus = [];
    private INvml? _nvml;

    public bool IsOpen { get; private set; }

    /// <summary>Why the last start failed; null if it did not.</summary>
    public NvmlFailure? Failure { get; private set; }

    /// <summary>Why a GPU that is there could not be opened by the last start; null if all could.</summary>
    public NvmlFailure? Unopened { get; private set; }

    /// <summary>All GPUs seen so far, but those the driver does not list any more.</summary>
    public IReadOnlyList<NvmlGpu> Gpus => _gpus;

    /// <summary>
    /// Starts NVML and opens all GPUs; what went wrong is in <see cref="Failure"/> and <see cref="Unopened"/>.
    /// </summary>
    /// <returns>The GPUs that are there no more: forgotten.</returns>
    public IReadOnlyList<NvmlGpu> Open()
    {
        _nvml ??= load();
        Failure = _nvml is null ? NvmlFailure.NoLibrary(library) : Start(_nvml);
        IsOpen = Failure is null;
        if (Failure is not null)
        {
            Abandon(Failure);
            return [];
        }

        var gone = Unopened is null ? _gpus.FindAll(gpu => gpu.Use is null) : [];
        _gpus.RemoveAll(gone.Contains);
        return gone;
    }

    public void Close(NvmlFailure why)
    {
        Abandon(why);
        if (IsOpen)
        {
            IsOpen = false;
            _nvml?.Shutdown();
        }
    }

    private void Abandon(NvmlFailure why)
    {
        foreach (var gpu in _gpus)
        {
            gpu.Close(why);
        }
    }

    private NvmlFailure? Start(INvml nvml)
    {
        Unopened = null;
        var answer = nvml.Init();
        _ = nvml.DriverVersion(out var version);
        if (answer != NvmlReturn.Success)
        {
            return answer switch
            {
                NvmlReturn.LibRmVersionMismatch => NvmlFailure.Mismatch(version, files.ModuleVersion),
                NvmlReturn.LibraryNotFound => NvmlFailure.NoLibrary(library),
                _ => NvmlFailure.Of(answer),
            };
        }

        answer = nvml.DeviceCount(out var count);
        if (answer != NvmlReturn.Success)
        {
            nvml.Shutdown();
            return NvmlFailure.Of(answer);
        }

        for (var index = 0; index < Math.Min(count, MostGpus); index++)
        {
            answer = OpenGpu(nvml, index, version);
            if (answer != NvmlReturn.Success)
            {
                Unopened ??= NvmlFailure.Of(answer);
            }
        }

        // One of those known before may be the one that could not be opened: nothing tells which.
        foreach (var gpu in _gpus.Where(gpu => gpu.Use is null))
        {
            gpu.Close(Unopened ?? NvmlFailure.Vanished);
        }

        return null;
    }

    private NvmlReturn OpenGpu(INvml nvml, int index, string driverVersion)
    {
        var answer = nvml.DeviceHandle(index, out var handle);
        if (answer != NvmlReturn.Success)
        {
            return answer;
        }

        answer = nvml.Uuid(handle, out var uuid);
        if (answer != NvmlReturn.Success)
        {
            return answer;
        }

        _ = nvml.Name(handle, out var name);
        _ = nvml.PciBusId(handle, out var busId);
        var description = new GpuDescription(uuid, index, name, "NVIDIA", driverVersion, busId);
        var gpu = _gpus.Find(known => known.Device.Id == uuid);
        if (gpu is null)
        {
            gpu = new(nvml, files, description);
            _gpus.Add(gpu);
        }

        gpu.Open(handle, description);
        return answer;
    }
}
