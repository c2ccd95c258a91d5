using System.Collections.Immutable;
using Agent.Core.Metering;

namespace Agent.Core.Attribution;

/// <summary>Which meter tells what the whole machine draws, where there are several.</summary>
public static class WholeMachine
{
    /// <summary>
    /// The best first: the wall sees all; a meter on the board all but the supply's loss; psys most of the board; the battery
    /// tells only while it is discharged.
    /// </summary>
    private static readonly DeviceKind[] Rank = [DeviceKind.Wall, DeviceKind.Board, DeviceKind.Platform, DeviceKind.Battery];

    /// <summary>The devices of the best kind that was read in this run; empty where there is none.</summary>
    /// <remarks>
    /// It stays the truth while it is silent: what it did not see is counted as such, and not made up from a lesser meter,
    /// which sees less.
    /// </remarks>
    public static IReadOnlyList<DeviceLedger> Of(ImmutableDictionary<string, DeviceLedger> devices)
    {
        foreach (var kind in Rank)
        {
            DeviceLedger[] found = [.. devices.Values.Where(device => device.Device.Kind == kind && (device.Meter.WasRead || !device.Pending.IsEmpty))];
            if (found.Length > 0)
            {
                return found;
            }
        }

        return [];
    }
}
