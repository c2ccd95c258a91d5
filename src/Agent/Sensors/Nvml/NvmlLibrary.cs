using System.Runtime.InteropServices;

namespace Agent.Sensors.Nvml;

/// <summary>
/// NVIDIA's management library, as the driver installs it. A function this driver lacks answers
/// <see cref="NvmlReturn.FunctionNotFound"/>; a number with all bits set, NVML's "not available",
/// <see cref="NvmlReturn.NoData"/>.
/// </summary>
internal sealed unsafe partial class NvmlLibrary : INvml
{
    private const int LongestText = 96;

    private readonly NvmlExports _nvml;

    private NvmlLibrary(NvmlExports nvml) => _nvml = nvml;

    /// <summary>Null where the loader does not find it. Once loaded it stays: unloading it is not safe.</summary>
    /// <param name="library">A name the loader finds, or a path.</param>
    public static NvmlLibrary? TryLoad(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            return null;
        }

        var exports = new NvmlExports(handle);
        return exports.Init == null ? null : new(exports);
    }

    public NvmlReturn Init() => (NvmlReturn)_nvml.Init();

    public NvmlReturn Shutdown() =>
        _nvml.Shutdown == null ? NvmlReturn.FunctionNotFound : (NvmlReturn)_nvml.Shutdown();

    /// <summary>
    /// The loaded driver's version; before <see cref="Init"/>, or where that failed, the one this library belongs to.
    /// </summary>
    public NvmlReturn DriverVersion(out string version)
    {
        var buffer = stackalloc byte[LongestText];
        var answer = Text(_nvml.SystemGetDriverVersion, buffer, out version);
        if (answer == NvmlReturn.Success)
        {
            return answer;
        }

        answer = Text(_nvml.SystemGetNvmlVersion, buffer, out version);
        version = version[(version.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return answer;
    }

    public NvmlReturn DeviceCount(out int count)
    {
        uint told = 0;
        var answer = _nvml.DeviceGetCount == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetCount(&told);
        count = answer == NvmlReturn.Success ? (int)told : 0;
        return answer;
    }

    public NvmlReturn DeviceHandle(int index, out nint device)
    {
        nint told = 0;
        var answer = _nvml.DeviceGetHandleByIndex == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetHandleByIndex((uint)index, &told);
        device = answer == NvmlReturn.Success ? told : 0;
        return answer;
    }

    public NvmlReturn Uuid(nint device, out string uuid) => Text(_nvml.DeviceGetUuid, device, out uuid);

    public NvmlReturn Name(nint device, out string name) => Text(_nvml.DeviceGetName, device, out name);

    public NvmlReturn PciBusId(nint device, out string busId)
    {
        NvmlPciInfo info = default;
        var answer = _nvml.DeviceGetPciInfo == null
            ? NvmlReturn.FunctionNotFound
            : (NvmlReturn)_nvml.DeviceGetPciInfo(device, &info);
        busId = answer == NvmlReturn.Success ? Text(info.BusId, NvmlPciInfo.BusIdLength) : "";
        return answer;
    }

    public NvmlReturn Architecture(nint device, out uint architecture) =>
        Number(_nvml.DeviceGetArchitecture, device, out architecture);

    private static NvmlReturn Text(delegate* unmanaged<byte*, uint, int> ask, byte* buffer, out string text)
    {
        var answer = ask == null ? NvmlReturn.FunctionNotFound : (NvmlReturn)ask(buffer, LongestText);
        text = answer == NvmlReturn.Success ? Text(buffer, LongestText) : "";
        return answer;
    }

    private static NvmlReturn Text(delegate* unmanaged<nint, byte*, uint, int> ask, nint device, out string text)
    {
        var buffer = stackalloc byte[LongestText];
        var answer = ask == null ? NvmlReturn.FunctionNotFound : (NvmlReturn)ask(device, buffer, LongestText);
        text = answer == NvmlReturn.Success ? Text(buffer, LongestText) : "";
        return answer;
    }

    private static string Text(byte* buffer, int length)
    {
        var text = new ReadOnlySpan<byte>(buffer, length);
        var end = text.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    private static NvmlReturn Number(delegate* unmanaged<nint, uint*, int> ask, nint device, out uint number)
    {
        uint told = 0;
        var answer = ask == null ? NvmlReturn.FunctionNotFound : (NvmlReturn)ask(device, &told);
        return Number(answer, told, out number);
    }

    private static NvmlReturn Number(
        delegate* unmanaged<nint, uint, uint*, int> ask, nint device, uint which, out uint number)
    {
        uint told = 0;
        var answer = ask == null ? NvmlReturn.FunctionNotFound : (NvmlReturn)ask(device, which, &told);
        return Number(answer, told, out number);
    }

    private static NvmlReturn Number(NvmlReturn answer, uint told, out uint number)
    {
        number = answer == NvmlReturn.Success && told != uint.MaxValue ? told : 0;
        return answer == NvmlReturn.Success && told == uint.MaxValue ? NvmlReturn.NoData : answer;
    }
}
