using System.Collections.Immutable;
using Agent.Core.Machine;

namespace Agent.Sensors.PowerState;

/// <summary>
/// Which savings the kernel offers for devices, and which are on: what PowerTOP shows as tunables, without root. Nothing
/// is ever written.
/// </summary>
/// <remarks>
/// None of these files asks a device: power/control shows a flag of the kernel's own (runtime_auto; see
/// Documentation/ABI/testing/sysfs-devices-power), the others are settings of drivers. So nothing is woken. Wireless
/// cards are left out: theirs is told over netlink only.
/// </remarks>
internal sealed class PowerSavings(Sysfs sysfs, string procfs)
{
    /// <summary>Most devices of a kind; more are not looked at.</summary>
    private const int MostDevices = 1024;

    private readonly Sysfs _proc = new(procfs);

    /// <summary>By kind; a kind this machine does not have is absent.</summary>
    public ImmutableDictionary<string, PowerSaving> Read() => new Dictionary<string, PowerSaving>
    {
        ["pci_runtime_pm"] = Count("bus/pci/devices", device => IsAuto($"{device}/power/control")),

        // Interfaces of a device are listed beside it: only the device itself has a vendor.
        ["usb_autosuspend"] = Count(
            "bus/usb/devices",
            device => sysfs.Exists($"{device}/idVendor") ? IsAuto($"{device}/power/control") : null),
        ["sata_link_power"] = Count(
            "class/scsi_host",
            host => sysfs.Text($"{host}/link_power_management_policy") is { Length: > 0 } policy ? policy != "max_performance" : null),
        ["audio_codec"] = One(sysfs.Number("module/snd_hda_intel/parameters/power_save") is { } seconds ? seconds > 0 : null),
        ["nmi_watchdog"] = One(_proc.Number("sys/kernel/nmi_watchdog") is { } on ? on == 0 : null),
        ["pcie_aspm"] = One(Chosen(sysfs.Text("module/pcie_aspm/parameters/policy")) is { } policy ? policy != "performance" : null),
    }.Where(pair => pair.Value is { On: > 0 } or { Off: > 0 }).ToImmutableDictionary();

    private bool? IsAuto(string control) => sysfs.Text(control) switch
    {
        "auto" => true,
        "on" => false,
        _ => null,
    };

    private PowerSaving Count(string folder, Func<string, bool?> isOn)
    {
        var answers = sysfs.List(folder).Take(MostDevices).Select(name => isOn($"{folder}/{name}")).ToList();
        return new(answers.Count(on => on == true), answers.Count(on => on == false));
    }

    private static PowerSaving One(bool? isOn) => new(isOn == true ? 1 : 0, isOn == false ? 1 : 0);

    /// <summary>The word in brackets of <c>[default] performance powersave</c>.</summary>
    private static string? Chosen(string? choices) =>
        choices?.Split(' ').FirstOrDefault(word => word is ['[', .., ']'])?[1..^1];
}
