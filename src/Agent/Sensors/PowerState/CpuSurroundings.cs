using System.Globalization;
using Agent.Config;

namespace Agent.Sensors.PowerState;

/// <summary>What decides from outside which idle states there are: the kernel's command line, a hypervisor.</summary>
internal sealed class CpuSurroundings(PathsConfig paths)
{
    /// <summary>Enough for the first processor of /proc/cpuinfo.</summary>
    private const int LinesOfOneCpu = 64;

    private static readonly string[] VirtualMakers =
        ["QEMU", "VMware", "innotek", "VirtualBox", "Xen", "Amazon EC2", "Google", "Microsoft Corporation Virtual", "Parallels", "Bochs"];

    /// <summary>Parameters that take idle states away. See https://docs.kernel.org/admin-guide/kernel-parameters.html.</summary>
    private static readonly string[] Limits =
    [
        "idle=poll", "idle=halt", "cpuidle.off=1",
        "processor.max_cstate=0", "processor.max_cstate=1", "intel_idle.max_cstate=0", "intel_idle.max_cstate=1",
    ];

    private readonly Sysfs _sysfs = new(paths.Sysfs);
    private readonly Sysfs _procfs = new(paths.Procfs);

    public bool HasCpus => _sysfs.Exists("devices/system/cpu");

    /// <summary>Since boot, in seconds; null where it is not told.</summary>
    public double? Uptime =>
        double.TryParse(_procfs.Text("uptime")?.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds > 0 ? seconds : null;

    /// <summary>Those parameters of the running kernel that take idle states away.</summary>
    public IReadOnlyList<string> IdleLimits => [.. (_procfs.Text("cmdline") ?? "").Split(' ').Intersect(Limits)];

    /// <summary>Whether this is a virtual machine, as far as one is told.</summary>
    public bool IsVirtual =>
        _sysfs.Exists("hypervisor/type")
        || _sysfs.Exists("firmware/devicetree/base/hypervisor")
        || IsMadeByOne($"{_sysfs.Text("class/dmi/id/sys_vendor")} {_sysfs.Text("class/dmi/id/product_name")}")
        || HasHypervisorFlag();

    private static bool IsMadeByOne(string machine) =>
        VirtualMakers.Any(maker => machine.Contains(maker, StringComparison.Ordinal));

    private bool HasHypervisorFlag()
    {
        try
        {
            return File.ReadLines(_procfs.PathOf("cpuinfo"))
                .Take(LinesOfOneCpu)
                .Any(line => line.StartsWith("flags", StringComparison.Ordinal)
                    && line.Split(' ').Contains("hypervisor"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
