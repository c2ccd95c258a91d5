using System.Globalization;
using Agent.Sensors.PowerState;

namespace Agent.Simulation;

/// <summary>
/// The simulated machine's /sys: a client processor's RAPL zones with the memory-mapped twin that repeats the
/// package, the GPUs on their bus, awake, and the firmware's power profile.
/// </summary>
internal sealed class SysTree : IDisposable
{
    /// <summary>Where Intel's counters start again, in microjoules: 32 bits of 61 µJ.</summary>
    public const long Range = 262_143_328_850;

    /// <summary>The hardware's unit, in microjoules.</summary>
    private const double Unit = 61.03515625;

    private const string Powercap = "devices/virtual/powercap";

    private readonly string _root;
    private readonly List<(FixedFile File, double Start, Func<SimulatedWorld, double> Joules)> _counters = [];
    private PowerProfile? _profile;

    public SysTree(string root, SimulatedWorld world)
    {
        _root = root;
        AddControl("intel-rapl");
        var package = AddZone("intel-rapl", "intel-rapl:0", "package-0");
        // About half a minute before the counter wraps: the demo shows that a wrap costs nothing.
        AddCounter(package, (Range / 1e6) - 700, w => w.PackageJoules);
        AddLimits(package, ("long_term", 125_000_000, 27_983_872, 125_000_000), ("short_term", 253_000_000, 2_440, 0));
        AddCounter(AddZone(package, "intel-rapl:0:0", "core"), 181_204.3, w => w.CoreJoules);
        AddCounter(AddZone(package, "intel-rapl:0:1", "uncore"), 9_317.8, w => w.UncoreJoules);
        AddCounter(AddZone(package, "intel-rapl:0:2", "dram"), 44_120.9, w => w.DramJoules);
        AddControl("intel-rapl-mmio");
        var twin = AddZone("intel-rapl-mmio", "intel-rapl-mmio:0", "package-0");
        AddCounter(twin, (Range / 1e6) - 700, w => w.PackageJoules);
        AddLimits(twin, ("long_term", 125_000_000, 27_983_872, 125_000_000));
        foreach (var gpu in world.Gpus)
        {
            AddGpu(gpu.Spec.PciBusId[4..]);
        }

        Put("devices/system/cpu/online", "0-15");
        Put("module/nvidia/version", SimulatedNvml.Driver);
        Put($"{SysPolicy.ProfileFile}_choices", string.Join(' ', PowerProfile.All.Select(profile => profile.Name)));
        Write(world);
    }

    public void Write(SimulatedWorld world)
    {
        foreach (var (file, start, joules) in _counters)
        {
            file.Write(Counter(start + joules(world)));
        }

        if (world.Profile != _profile)
        {
            _profile = world.Profile;
            Replace(SysPolicy.ProfileFile, _profile.Name);
        }
    }

    public void Dispose()
    {
        foreach (var (file, _, _) in _counters)
        {
            file.Dispose();
        }
    }

    private static string Counter(double joules)
    {
        var microjoules = (long)(Math.Floor(joules * 1e6 / Unit) * Unit) % Range;
        return microjoules.ToString("D12", CultureInfo.InvariantCulture) + "\n";
    }

    private void AddControl(string control)
    {
        Put($"{Powercap}/{control}/enabled", "1");
        LinkClass(control, $"{Powercap}/{control}");
    }

    /// <summary>Makes a zone, and tells its folder below <see cref="Powercap"/>.</summary>
    private string AddZone(string parent, string zone, string name)
    {
        var folder = $"{parent}/{zone}";
        Put($"{Powercap}/{folder}/name", name);
        Put($"{Powercap}/{folder}/enabled", "1");
        Put($"{Powercap}/{folder}/max_energy_range_uj", Text(Range));
        LinkClass(zone, $"{Powercap}/{folder}");
        return folder;
    }

    private void AddCounter(string zone, double start, Func<SimulatedWorld, double> joules) =>
        _counters.Add((new FixedFile(Path.Combine(_root, Powercap, zone, "energy_uj"), Counter(start)), start, joules));

    private void AddLimits(string zone, params ReadOnlySpan<(string Name, long Watts, long Window, long Most)> limits)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            var constraint = $"{Powercap}/{zone}/constraint_{i}";
            Put($"{constraint}_name", limits[i].Name);
            Put($"{constraint}_power_limit_uw", Text(limits[i].Watts));
            Put($"{constraint}_time_window_us", Text(limits[i].Window));
            Put($"{constraint}_max_power_uw", Text(limits[i].Most));
        }
    }

    /// <summary>Puts a GPU on its bus, awake.</summary>
    /// <param name="address">Such as <c>0000:01:00.0</c>.</param>
    private void AddGpu(string address)
    {
        var device = $"bus/pci/devices/{address}";
        Put($"{device}/vendor", "0x10de");
        Put($"{device}/class", "0x030000");
        Put($"{device}/power/control", "on");
        Put($"{device}/power/runtime_status", "active");
        Put($"{device}/power_state", "D0");
    }

    /// <summary>As in the real one, class folders are flat and hold links.</summary>
    private void LinkClass(string name, string target)
    {
        var folder = Path.Combine(_root, "class/powercap");
        Directory.CreateDirectory(folder);
        Directory.CreateSymbolicLink(Path.Combine(folder, name), $"../../{target}");
    }

    private void Put(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }

    /// <summary>Its length changes, and nobody keeps it open: a new file in its place, which nobody sees half written.</summary>
    private void Replace(string path, string text)
    {
        Put($"{path}.new", text);
        File.Move(Path.Combine(_root, $"{path}.new"), Path.Combine(_root, path), overwrite: true);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
