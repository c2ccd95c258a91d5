using System.Globalization;
using Agent.Core.Metering;

namespace Agent.Sensors.Hwmon;

/// <summary>What a GPU with a hwmon chip is. Nothing of it wakes one that sleeps.</summary>
/// <param name="Chip">Its chip.</param>
/// <param name="Kind">A card of its own, or a part of the processor.</param>
/// <param name="Description">What the metrics say of it.</param>
internal sealed record GpuCard(HwmonChip Chip, DeviceKind Kind, GpuDescription Description)
{
    private const string Amd = "amdgpu";

    private static readonly string[] Intel = ["i915", "xe"];

    private const string Mi300a = "0x74a0";

    /// <summary>Intel's drivers have a second chip for each tile of a GPU: its joules are the card's.</summary>
    private const string Tile = "i915_gt";

    /// <summary>The GPU itself, as the metrics name it.</summary>
    public Device Device => new(Kind, Description.Uuid, $"{HwmonSensor.Name}:{Description.Uuid}");

    public bool IsAmd => Chip.Name == Amd;

    /// <summary>Its folder on the PCI bus, from /sys.</summary>
    public string Pci => PciOf(Chip);

    /// <summary>Whether a chip is a GPU's.</summary>
    public static bool IsGpu(HwmonChip chip) => chip.IsPci && (chip.Name == Amd || Intel.Contains(chip.Name));

    public static bool IsPartOfGpu(HwmonChip chip) => chip.Name.StartsWith(Tile, StringComparison.Ordinal);

    /// <summary>Finds out what a chip's GPU is.</summary>
    /// <param name="sysfs">The door.</param>
    /// <param name="chip">The chip.</param>
    /// <param name="index">How many there are before it.</param>
    /// <param name="kernel">The kernel's release: its own drivers have no version of their own.</param>
    public static GpuCard Of(Sysfs sysfs, HwmonChip chip, int index, string kernel)
    {
        var pci = PciOf(chip);
        var (vendor, brand) = chip.Name == Amd ? ("amd", "AMD") : ("intel", "Intel");
        var product = sysfs.Exists($"{pci}/product_name") ? sysfs.Text($"{pci}/product_name") : null;
        var id = sysfs.Exists($"{pci}/unique_id") ? sysfs.Text($"{pci}/unique_id") : null;
        var driver = $"bus/pci/drivers/{chip.Name}/module/version";
        return new(chip, KindOf(sysfs, chip), new(
            id is { Length: > 0 } ? $"GPU-{id}" : string.Create(CultureInfo.InvariantCulture, $"PCI-{chip.Place}"), // as ROCm names it
            index,
            product is { Length: > 0 } ? product : $"{brand} GPU {sysfs.Text($"{pci}/device") ?? ""}".TrimEnd(),
            vendor,
            (sysfs.Exists(driver) ? sysfs.Text(driver) : null) ?? kernel,
            chip.Place));
    }

    /// <summary>
    /// AMD's driver tells the voltage of the northbridge of processors with graphics only, and a power cap of cards; the power
    /// that it tells of the former has the processor's in it. One such looks like a card: MI300A. Intel's drivers have a chip for
    /// cards only.
    /// </summary>
    /// <remarks>See Documentation/gpu/amdgpu/thermal.rst: in1_input, power1_cap.</remarks>
    private static DeviceKind KindOf(Sysfs sysfs, HwmonChip chip) =>
        chip.Name == Amd && (sysfs.Text($"{PciOf(chip)}/device") == Mi300a || sysfs.Exists($"{chip.Folder}/in1_input") || !sysfs.Exists($"{chip.Folder}/power1_cap"))
            ? DeviceKind.IntegratedGpu
            : DeviceKind.Gpu;

    private static string PciOf(HwmonChip chip) => $"bus/pci/devices/{chip.Place}";
}
