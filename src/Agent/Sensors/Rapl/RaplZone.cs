using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Rapl;

/// <summary>A RAPL zone as /sys describes it.</summary>
/// <remarks>See https://docs.kernel.org/power/powercap/powercap.html and intel_rapl_common.c for the names.</remarks>
/// <param name="Folder">Its folder, from the root of /sys.</param>
/// <param name="Name">As the kernel names it: <c>package-0</c>, <c>package-1-die-0</c>, <c>dram</c>, <c>psys</c>.</param>
/// <param name="Device">What it measures.</param>
internal sealed partial record RaplZone(string Folder, string Name, Device Device)
{
    /// <summary>Where its counter starts again; null where the kernel does not tell, so that a fall is a reset.</summary>
    public Joules? Range { get; private init; }

    /// <summary>The most it can draw.</summary>
    public Watts MostPower { get; private init; }

    /// <summary>The zone in a folder; null where it is of a kind that is not known.</summary>
    /// <param name="sysfs">The door.</param>
    /// <param name="folder">Such as <c>class/powercap/intel-rapl:0:1</c>.</param>
    /// <param name="parent">The name of the zone it lies in, such as <c>package-0</c>; null for a root zone.</param>
    public static RaplZone? Read(Sysfs sysfs, string folder, string? parent)
    {
        var name = sysfs.Text($"{folder}/name") ?? "";
        var device = parent is null ? Root(name) : Inside(name, parent);
        return device is null
            ? null
            : new RaplZone(folder, name, device)
            {
                Range = sysfs.Number($"{folder}/max_energy_range_uj") is > 0 and var range ? Joules.FromMicrojoules(range) : null,
                MostPower = Most(sysfs, folder, device.Kind),
            };
    }

    private static Device? Root(string name)
    {
        if (PackageName.Match(name) is { Success: true } package)
        {
            return Of(DeviceKind.Package, name, int.Parse(package.Groups["socket"].ValueSpan, CultureInfo.InvariantCulture));
        }

        return PsysName.IsMatch(name) ? Of(DeviceKind.Platform, name, null) : null;
    }

    private static Device? Inside(string name, string parent)
    {
        DeviceKind? kind = name switch
        {
            "core" => DeviceKind.Core,
            "uncore" => DeviceKind.Uncore,
            "dram" => DeviceKind.Dram,
            _ => null,
        };
        return kind is { } known && Root(parent) is { Socket: { } socket }
            ? Of(known, $"{name}-{parent["package-".Length..]}", socket)
            : null;
    }

    private static Device Of(DeviceKind kind, string id, int? socket) => new(kind, id, $"rapl:{id}", socket);

    /// <summary>
    /// What no zone of its kind draws, or one and a half times the largest limit its constraints name, if that is more.
    /// The limits alone would not do: <c>max_power_uw</c> is the long-term limit on client parts, which turbo exceeds
    /// several times, and true joules would be refused at every tick. Too large a bound costs little: a counter that
    /// starts anew seems to draw tens of kilowatts.
    /// </summary>
    private static Watts Most(Sysfs sysfs, string folder, DeviceKind kind)
    {
        var limits =
            from entry in sysfs.List(folder)
            where LimitFile.IsMatch(entry)
            let watts = Watts.FromMicrowatts(sysfs.Number($"{folder}/{entry}") ?? 0)
            where watts < Unlimited
            select watts * 1.5;
        var usual = new Watts(kind switch
        {
            DeviceKind.Platform => 5_000,
            DeviceKind.Dram => 500,
            _ => 1_000,
        });
        return limits.Append(usual).Max();
    }

    /// <summary>Firmware that sets no limit writes the largest number it can: 4095 W.</summary>
    private static Watts Unlimited => new(2_000);

    [GeneratedRegex(@"^package-(?<socket>\d{1,4})(-die-\d{1,4})?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex PackageName { get; }

    [GeneratedRegex(@"^psys(-\d{1,4})?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex PsysName { get; }

    [GeneratedRegex(@"^constraint_\d+_(max_power|power_limit)_uw$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex LimitFile { get; }
}
