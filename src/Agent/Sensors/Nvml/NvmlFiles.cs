using System.Globalization;

namespace Agent.Sensors.Nvml;

/// <summary>
/// What the kernel shows of NVIDIA's driver and GPUs in plain files. Reading them wakes nothing, loads nothing and
/// makes no device nodes, all of which NVML's initialisation may do.
/// </summary>
/// <param name="procfs"><c>/proc</c>.</param>
/// <param name="sysfs"><c>/sys</c>.</param>
internal sealed class NvmlFiles(string procfs, string sysfs)
{
    /// <summary>No file read here is longer than a page.</summary>
    private const int LongestFile = 4096;

    private readonly string _version = Path.Combine(procfs, "driver/nvidia/version");
    private readonly string _gpus = Path.Combine(procfs, "driver/nvidia/gpus");
    private readonly string _module = Path.Combine(sysfs, "module/nvidia");
    private readonly string _devices = Path.Combine(sysfs, "bus/pci/devices");

    public bool DriverPresent => File.Exists(_version) || Directory.Exists(_module);

    /// <summary>The loaded kernel module's version, such as 550.163.01; null if it cannot be read.</summary>
    /// <remarks>
    /// A line of text with the version in it, as a word of its own; the module's own file has only that.
    /// </remarks>
    public string? ModuleVersion
    {
        get
        {
            var text = Read(_version) ?? Read(Path.Combine(_module, "version")) ?? "";
            return text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .FirstOrDefault(word => word.Contains('.', StringComparison.Ordinal)
                    && word.All(character => char.IsAsciiDigit(character) || character == '.'));
        }
    }

    /// <summary>Another number for every time the driver was loaded: its counters start anew then.</summary>
    public long DriverMark => Inode.Of(_module) ?? 0;

    /// <summary>
    /// The PCI addresses of the GPUs the driver has, such as <c>0000:01:00.0</c>. Where the driver's own list is hidden
    /// (some containers), those of NVIDIA's make on the bus.
    /// </summary>
    public IReadOnlyList<string> Gpus() =>
        Names(_gpus) is { Count: > 0 } listed ? listed : Hardware();

    /// <summary>The PCI addresses of all of NVIDIA's display controllers, whatever driver they have.</summary>
    public IReadOnlyList<string> Hardware() =>
    [
        .. from address in Names(_devices)
           let device = Path.Combine(_devices, address)
           where Read(Path.Combine(device, "vendor")) == "0x10de"
               && Read(Path.Combine(device, "class"))?.StartsWith("0x03", StringComparison.Ordinal) == true
           select address,
    ];

    /// <summary>Such as active or suspended; null where it is not known or not managed.</summary>
    /// <remarks>See Documentation/ABI/testing/sysfs-devices-power.</remarks>
    public string? RuntimeStatus(string address) =>
        Read(Path.Combine(_devices, address, "power/runtime_status")) is
            ("active" or "suspended" or "suspending" or "resuming") and var status ? status : null;

    /// <summary>Whether a GPU is suspended or about to be: to ask NVML for it would wake it.</summary>
    public static bool IsAsleep(string? runtimeStatus) => runtimeStatus is "suspended" or "suspending";

    /// <summary>
    /// Whether the driver lets this GPU sleep when idle (RTD3, laptops): to keep it open would keep it awake.
    /// </summary>
    public bool MaySleep(string address) =>
        Read(Path.Combine(_gpus, address, "power"))?.Split('\n')
            .Any(line => line.StartsWith("Runtime D3 status:", StringComparison.Ordinal)
                && line.Contains("Enabled", StringComparison.Ordinal)) == true;

    public bool IsProcess(int pid) =>
        Directory.Exists(Path.Combine(procfs, pid.ToString(CultureInfo.InvariantCulture)));

    /// <summary>
    /// NVML's form of a PCI address (<c>00000000:01:00.0</c>, capitals) in the kernel's (<c>0000:01:00.0</c>).
    /// </summary>
    public static string Address(string busId) =>
        busId.Split(':', 2) is [var domain, var rest]
            && uint.TryParse(domain, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? string.Create(CultureInfo.InvariantCulture, $"{number:x4}:{Lower(rest)}")
            : Lower(busId);

    private static string Lower(string text) => string.Concat(text.Select(char.ToLowerInvariant));

    private static IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return
            [
                .. from path in Directory.EnumerateFileSystemEntries(folder)
                   let name = Path.GetFileName(path)
                   orderby name
                   select name,
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> buffer = stackalloc byte[LongestFile];
            var length = file.ReadAtLeast(buffer, LongestFile, throwOnEndOfStream: false);
            return System.Text.Encoding.UTF8.GetString(buffer[..length]).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
