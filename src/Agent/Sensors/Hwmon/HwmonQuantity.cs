using System.Globalization;
using Agent.Core.Units;

namespace Agent.Sensors.Hwmon;

/// <summary>One quantity of a chip, before it is opened.</summary>
/// <param name="Chip">The chip.</param>
/// <param name="File">The attribute without its kind of value: <c>power1</c>, <c>energy1</c>, or <c>in1</c> where a current makes it a power.</param>
/// <param name="Label">What the chip calls it; null where it has no name for it.</param>
internal sealed record HwmonQuantity(HwmonChip Chip, string File, string? Label)
{
    /// <summary>More than anything on a board or a plug draws.</summary>
    private static readonly Watts MostPower = new(20_000);

    /// <summary>These tell volts and amperes of each channel, and leave it to the reader to multiply.</summary>
    private static readonly string[] Multiplied = ["ina3221"];

    private const int MostChannels = 32;

    /// <summary>What it is called among others: by its label, or else by its attribute.</summary>
    public string Part => Label ?? File;

    /// <summary>
    /// What a chip tells: its energies, and its powers where no energy has the same number. A number that is not there ends the
    /// list; chips count from one, without gaps but for channels that are switched off.
    /// </summary>
    public static IEnumerable<HwmonQuantity> Of(Sysfs sysfs, HwmonChip chip)
    {
        var files = sysfs.List(chip.Folder).ToHashSet(StringComparer.Ordinal);
        for (var i = 1; i <= MostChannels; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            var (energy, power, volts) = ($"energy{number}", $"power{number}", $"in{number}");
            if (files.Contains($"{energy}_input"))
            {
                yield return Quantity(energy);
            }
            else if (files.Contains($"{power}_average") || files.Contains($"{power}_input"))
            {
                yield return Quantity(power);
            }
            else if (Multiplied.Contains(chip.Name) && files.IsSupersetOf([$"{volts}_input", $"curr{number}_input", $"{volts}_label"]))
            {
                yield return Quantity(volts);
            }
        }

        HwmonQuantity Quantity(string file) => new(
            chip,
            file,
            new[] { $"{file}_label", $"{file}_oem_info" }.Where(files.Contains).Select(label => sysfs.Text($"{chip.Folder}/{label}")).FirstOrDefault(label => label is { Length: > 0 }));
    }

    /// <summary>Opens it.</summary>
    public HwmonMeter Open(Sysfs sysfs, long registration)
    {
        var path = $"{Chip.Folder}/{File}";
        if (File.StartsWith("energy", StringComparison.Ordinal))
        {
            return new HwmonMeter.Energy(new(sysfs, $"{path}_input"), MostPower, unseen: null, registration);
        }

        if (File.StartsWith("in", StringComparison.Ordinal))
        {
            return new HwmonMeter.Product(new(sysfs, $"{path}_input"), new(sysfs, $"{Chip.Folder}/curr{File["in".Length..]}_input"));
        }

        return sysfs.Exists($"{path}_average")
            ? new HwmonMeter.Power(new(sysfs, $"{path}_average"), TimeSpan.FromMilliseconds(sysfs.Number($"{path}_average_interval") ?? 0), MostPower)
            : new HwmonMeter.Power(new(sysfs, $"{path}_input"), TimeSpan.Zero, MostPower);
    }
}
