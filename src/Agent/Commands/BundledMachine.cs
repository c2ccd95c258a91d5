using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Agent.Config;
using Agent.Sensors;

namespace Agent.Commands;

/// <summary>What of the machine a bug report needs: its kernel, and which meters it shows. Only files that hold no names are read.</summary>
internal static class BundledMachine
{
    /// <summary>Folders of /sys, and of each entry the files that say what it is.</summary>
    private static readonly (string Folder, string[] Files)[] Folders =
    [
        ("class/powercap", ["name", "max_energy_range_uj", "enabled"]),
        ("class/hwmon", ["name"]),
        ("class/power_supply", ["type", "scope", "status", "online"]),
        ("class/drm", ["device/vendor", "device/device", "device/class", "device/power/runtime_status"]),
    ];

    private const int MostEntries = 200;

    public static string Render(PathsConfig paths)
    {
        var sysfs = new Sysfs(paths.Sysfs);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"joulet: {Web.ProcessVitals.Version}\nkernel: {Environment.OSVersion.Version.ToString(3)}\n");
        text.Append(CultureInfo.InvariantCulture, $"system: {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}\n");
        text.Append(CultureInfo.InvariantCulture, $"processors: {Environment.ProcessorCount}\nroot: {Environment.IsPrivilegedProcess}\n");
        text.Append(CultureInfo.InvariantCulture, $"nvidia: {sysfs.Text("module/nvidia/version") ?? "no module"}\n");
        foreach (var (folder, files) in Folders)
        {
            foreach (var entry in sysfs.List(folder).Take(MostEntries))
            {
                text.Append($"{folder}/{entry}:");
                foreach (var file in files.Where(file => sysfs.Exists($"{folder}/{entry}/{file}")))
                {
                    text.Append($" {file}={sysfs.Text($"{folder}/{entry}/{file}") ?? "unreadable"}");
                }

                text.Append('\n');
            }
        }

        return text.ToString();
    }
}
