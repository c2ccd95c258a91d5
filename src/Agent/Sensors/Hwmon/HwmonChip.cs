using System.Text.RegularExpressions;

namespace Agent.Sensors.Hwmon;

/// <summary>One chip of /sys/class/hwmon. To find it opens its <c>name</c> only, which wakes nothing.</summary>
/// <param name="Folder">Where it lies now, from /sys: its number is another one after a boot.</param>
/// <param name="Name">What its driver calls it.</param>
/// <param name="Place">The device it belongs to, as its bus names it: <c>0000:03:00.0</c>, <c>1-0040</c>; empty where it has none.</param>
internal sealed partial record HwmonChip(string Folder, string Name, string Place)
{
    private const string Class = "class/hwmon";

    /// <summary>It sits on the PCI bus.</summary>
    public bool IsPci => PciAddress.IsMatch(Place);

    /// <summary>Whether its PCI device is suspended, or about to be: to read it would wake it. Asking does not.</summary>
    public bool Sleeps(Sysfs sysfs) => IsPci && IsAsleep(RuntimeStatus(sysfs));

    /// <summary>The PCI device's, as the kernel tells it: active, suspended, suspending or resuming; null where it does not.</summary>
    public string? RuntimeStatus(Sysfs sysfs) =>
        sysfs.Text($"bus/pci/devices/{Place}/power/runtime_status") is ("active" or "suspended" or "suspending" or "resuming") and var status ? status : null;

    /// <summary>Whether a device of this status is left alone.</summary>
    public static bool IsAsleep(string? status) => status is "suspended" or "suspending" or "resuming";

    /// <summary>All there are, but those that only mirror a battery or a supply.</summary>
    public static IReadOnlyList<HwmonChip> Find(Sysfs sysfs)
    {
        var chips = new List<HwmonChip>();
        foreach (var folder in sysfs.List(Class).Select(name => $"{Class}/{name}"))
        {
            // The devices' own folders: …/0000:03:00.0/hwmon/hwmon4.
            var path = sysfs.TargetOf(folder).Split('/');
            var device = path is [.., var owner, "hwmon", _] ? owner : "";
            // Old drivers, ACPI's power meter among them, have their attributes on the device.
            var own = sysfs.Exists($"{folder}/name") ? folder : $"{folder}/device";
            if (!path.Contains("power_supply") && sysfs.Exists($"{own}/name") && sysfs.Text($"{own}/name") is { Length: > 0 } name)
            {
                chips.Add(new HwmonChip(own, name, device));
            }
        }

        return [.. chips.OrderBy(chip => chip.Name, StringComparer.Ordinal).ThenBy(chip => chip.Place, StringComparer.Ordinal)];
    }

    [GeneratedRegex("^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PciAddress { get; }
}
