namespace Agent.Sensors.Hwmon;

/// <summary>What there is to read.</summary>
/// <param name="Gpus">Chips of GPUs.</param>
/// <param name="Boards">What measures the whole machine, by what it is called.</param>
/// <param name="Rails">What measures nobody knows what, by what it is called.</param>
/// <param name="LeftOut">How many more of those there are than are shown.</param>
/// <param name="WholeMachineMissing">What sensors.hwmon.whole_machine asks for is not there, or there more than once.</param>
internal sealed record HwmonFound(
    IReadOnlyList<HwmonChip> Gpus,
    IReadOnlyDictionary<string, HwmonQuantity> Boards,
    IReadOnlyDictionary<string, HwmonQuantity> Rails,
    int LeftOut,
    bool WholeMachineMissing)
{
    /// <summary>More rails would bury the rest of /metrics.</summary>
    private const int MostRails = 32;

    /// <summary>
    /// The driver of a power meter that the firmware describes (ACPI000D): of the whole machine where it is the only one. Where there
    /// are several (NVIDIA Grace: module, processor, I/O) one contains another, and only the operator can say which is which.
    /// </summary>
    private const string AcpiMeter = "power_meter";

    /// <summary>Looks at all chips.</summary>
    /// <param name="sysfs">The door.</param>
    /// <param name="wholeMachine">The setting: chip/label or chip/file; empty where there is none.</param>
    public static HwmonFound In(Sysfs sysfs, string wholeMachine)
    {
        var chips = HwmonChip.Find(sysfs);
        var quantities = chips.Where(chip => !GpuCard.IsGpu(chip) && !GpuCard.IsPartOfGpu(chip))
            .SelectMany(chip => HwmonQuantity.Of(sysfs, chip))
            .ToList();
        var named = Named(quantities).ToList();
        var chosen = wholeMachine.Length == 0
            ? named.Where(pair => pair.Quantity.Chip.Name == AcpiMeter).ToList() is { Count: 1 } only ? only : []
            : named.Where(pair => IsMeant(pair.Quantity, pair.Name, wholeMachine)).ToList();
        var missing = wholeMachine.Length > 0 && chosen.Count != 1;
        chosen = missing ? [] : chosen;
        var rails = named.Except(chosen).ToList();
        return new(
            [.. chips.Where(GpuCard.IsGpu)],
            chosen.ToDictionary(pair => pair.Name, pair => pair.Quantity, StringComparer.Ordinal),
            rails.Take(MostRails).ToDictionary(pair => pair.Name, pair => pair.Quantity, StringComparer.Ordinal),
            Math.Max(0, rails.Count - MostRails),
            missing);
    }

    private static bool IsMeant(HwmonQuantity quantity, string name, string setting) =>
        setting == name || setting == $"{quantity.Chip.Name}/{quantity.Part}" || setting == $"{quantity.Chip.Name}/{quantity.File}";

    /// <summary>Where two chips have one name their places tell them apart.</summary>
    private static IEnumerable<(string Name, HwmonQuantity Quantity)> Named(IReadOnlyList<HwmonQuantity> quantities)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var quantity in quantities)
        {
            var places = quantities.Where(other => other.Chip.Name == quantity.Chip.Name).Select(other => other.Chip.Folder).Distinct(StringComparer.Ordinal).Count();
            var chip = places > 1 ? $"{quantity.Chip.Name}@{(quantity.Chip.Place.Length > 0 ? quantity.Chip.Place : Path.GetFileName(quantity.Chip.Folder))}" : quantity.Chip.Name;
            var name = $"{chip}/{quantity.Part}";
            yield return (taken.Add(name) ? name : $"{chip}/{quantity.File}", quantity);
        }
    }
}
