using System.Text.RegularExpressions;
using Agent.Core.Metering;

namespace Agent.Sensors.Rapl;

/// <summary>Which zones there are: each counter once.</summary>
internal static partial class RaplZones
{
    private const string Class = "class/powercap";

    /// <summary>The control types that count processor energy; the second repeats the first over memory-mapped registers.</summary>
    private static readonly string[] Controls = ["intel-rapl", "intel-rapl-mmio"];

    /// <summary>Finds the zones.</summary>
    /// <param name="sysfs">The door.</param>
    /// <param name="ignoreCores">
    /// On AMD the kernel's core zone is the register of one core, read on the package's first: it says nothing of the others.
    /// </param>
    public static RaplFound Find(Sysfs sysfs, bool ignoreCores)
    {
        var zones = new Dictionary<string, RaplZone>(StringComparer.Ordinal);
        var remarks = new List<string>();
        foreach (var control in Controls)
        {
            foreach (var entry in sysfs.List(Class).Where(entry => ZoneFolder.Match(entry) is { Success: true } match && match.Groups["control"].Value == control))
            {
                // The class folder is flat: a zone's parent is told by its number.
                var number = entry[(control.Length + 1)..].Split(':');
                var parent = number.Length == 2 ? sysfs.Text($"{Class}/{control}:{number[0]}/name") : null;
                var zone = number.Length == 2 && parent is null ? null : RaplZone.Read(sysfs, $"{Class}/{entry}", parent);
                if (zone is null)
                {
                    remarks.Add($"{entry} ({sysfs.Text($"{Class}/{entry}/name") ?? "no name"}) is of a kind that is not known: it is left out.");
                }
                else if (ignoreCores && zone.Device.Kind == DeviceKind.Core)
                {
                    remarks.Add($"{entry} (core) shows one core only on this processor: it is left out.");
                }
                else if (!zones.TryAdd(zone.Device.Id, zone))
                {
                    remarks.Add($"{entry} repeats {zones[zone.Device.Id].Folder[(Class.Length + 1)..]} ({zone.Name}): it is left out.");
                }
            }
        }

        return new RaplFound([.. zones.Values], remarks);
    }

    [GeneratedRegex(@"^(?<control>intel-rapl(-mmio)?):\d+(:\d+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex ZoneFolder { get; }
}
