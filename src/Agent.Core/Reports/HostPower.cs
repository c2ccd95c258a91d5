using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>The power of one disjoint part of the host.</summary>
public sealed record HostPower(Component Component, Watts Power)
{
    /// <summary>Every part whose power is known now.</summary>
    public static IEnumerable<HostPower> Of(Ledger ledger)
    {
        var parts = ledger.Devices.Values
            .Where(device => device.Device.Component is not null && device.Meter.Power is not null)
            .GroupBy(device => device.Device.Component!.Value)
            .Select(group => new HostPower(group.Key, Sum(group)))
            .ToList();
        var platforms = WholeMachine.Of(ledger.Devices);
        if (platforms.Count > 0 && platforms.All(device => device.Meter.Power is not null))
        {
            var rest = Sum(platforms).Value - parts.Sum(part => part.Power.Value);
            parts.Add(new HostPower(Component.Other, new Watts(Math.Max(0, rest))));
        }

        return parts;
    }

    private static Watts Sum(IEnumerable<DeviceLedger> devices) =>
        new(devices.Sum(device => device.Meter.Power!.Value.Value));
}
