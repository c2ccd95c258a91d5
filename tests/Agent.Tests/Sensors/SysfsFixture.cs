using System.Globalization;

namespace Agent.Tests.Sensors;

/// <summary>A /sys and /proc of plain files, with powercap's links as in the kernel: a flat class folder.</summary>
internal sealed class SysfsFixture : IDisposable
{
    public const long ClientRange = 262_143_328_850;
    public const long DramRange = 65_712_999_613;

    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>As in the real /sys, anybody may look around.</summary>
    public SysfsFixture() => File.SetUnixFileMode(Root, Everybody);

    public string Root { get; } = Directory.CreateTempSubdirectory("joulet-sys-").FullName;

    public string Sysfs => Path.Combine(Root, "sys");

    public string Procfs => Path.Combine(Root, "proc");

    public SysfsFixture Cpu(string vendor)
    {
        Put(Path.Combine(Procfs, "cpuinfo"), $"processor\t: 0\nvendor_id\t: {vendor}\n");
        return this;
    }

    /// <summary>Registers a zone.</summary>
    /// <param name="zone">Such as <c>intel-rapl:0:1</c>.</param>
    public SysfsFixture Zone(string zone, string name, long microjoules = 1_000_000, long? range = ClientRange)
    {
        var folder = Folder(zone);
        Put(Path.Combine(folder, "name"), name);
        if (range is { } top)
        {
            Put(Path.Combine(folder, "max_energy_range_uj"), top.ToString(CultureInfo.InvariantCulture));
        }

        var links = Path.Combine(Sysfs, "class/powercap");
        Directory.CreateDirectory(links);
        if (!Path.Exists(Path.Combine(links, zone)))
        {
            Directory.CreateSymbolicLink(Path.Combine(links, zone), folder);
        }

        return Count(zone, microjoules);
    }

    public SysfsFixture Count(string zone, long microjoules)
    {
        // In place, as the kernel's files are: the agent keeps them open.
        var path = Path.Combine(Folder(zone), "energy_uj");
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(System.Text.Encoding.ASCII.GetBytes(microjoules.ToString("D13", CultureInfo.InvariantCulture) + "\n"));
        return this;
    }

    public SysfsFixture Attribute(string zone, string name, string value)
    {
        Put(Path.Combine(Folder(zone), name), value);
        return this;
    }

    public SysfsFixture Remove(string zone)
    {
        Directory.Delete(Folder(zone), recursive: true);
        File.Delete(Path.Combine(Sysfs, "class/powercap", zone));
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string Folder(string zone)
    {
        var parts = zone.Split(':');
        var parent = parts.Length == 3 ? $"{parts[0]}:{parts[1]}/{zone}" : zone;
        return Path.Combine(Sysfs, "devices/virtual/powercap", parts[0], parent);
    }

    private static void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }
}
