using System.Collections.Immutable;
using System.Globalization;
using Agent.Core.Metering;

namespace Agent.Sensors.Hwmon;

/// <summary>Which processes hold memory on AMD GPUs, as AMD's compute driver (KFD) lists them. Reading it wakes nothing.</summary>
/// <param name="sysfs">The door.</param>
/// <param name="procfs"><c>/proc</c>.</param>
internal sealed class KfdProcesses(Sysfs sysfs, string procfs)
{
    private const string Nodes = "class/kfd/kfd/topology/nodes";

    private const string Processes = "class/kfd/kfd/proc";

    private const int MostProcesses = 256;

    private ImmutableDictionary<string, string> _gpus = ImmutableDictionary<string, string>.Empty;

    /// <summary>Finds the driver's own numbers of the GPUs.</summary>
    public void Look() => _gpus = (
        from node in sysfs.List(Nodes)
        let properties = Properties($"{Nodes}/{node}/properties")
        let id = sysfs.Text($"{Nodes}/{node}/gpu_id")
        where id is not (null or "0") && properties.ContainsKey("location_id")
        select (Address: Address(properties.GetValueOrDefault("domain"), properties["location_id"]), Id: id))
        .DistinctBy(gpu => gpu.Address)
        .ToImmutableDictionary(gpu => gpu.Address, gpu => gpu.Id);

    /// <summary>
    /// Those that hold memory on a GPU; null where none is listed: work by Vulkan or OpenGL does not show here, so that an empty
    /// list would say that nobody is there.
    /// </summary>
    public ImmutableArray<GpuProcess>? On(string address)
    {
        if (!_gpus.TryGetValue(address, out var id))
        {
            return null;
        }

        ImmutableArray<GpuProcess> found =
        [
            .. from name in sysfs.List(Processes).Take(MostProcesses)
               where int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _) && Directory.Exists(Path.Combine(procfs, name))
               let bytes = sysfs.Number($"{Processes}/{name}/vram_{id}")
               where bytes > 0
               select new GpuProcess(int.Parse(name, CultureInfo.InvariantCulture), (long)bytes.Value),
        ];
        return found.IsEmpty ? null : found;
    }

    private Dictionary<string, long> Properties(string path) => (sysfs.Text(path) ?? "").Split('\n')
        .Select(line => line.Split(' '))
        .Where(words => words.Length == 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .DistinctBy(words => words[0])
        .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>KFD packs bus, device and function into one number, as the PCI bus does.</summary>
    private static string Address(long domain, long location) => string.Create(
        CultureInfo.InvariantCulture, $"{domain:x4}:{(location >> 8) & 0xff:x2}:{(location >> 3) & 0x1f:x2}.{location & 7}");
}
