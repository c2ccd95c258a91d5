using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;
using Agent.Sensors;

namespace Agent.Commands;

/// <summary>Measures for some seconds as the agent would, and holds energy counters against the power that devices report.</summary>
internal sealed class SelfCheck(IReadOnlyList<ISensor> sensors, MonotonicClock clock)
{
    /// <summary>Reported power moves every 100 ms at most; asking NVML more often than this disturbs others.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, (Joules Sum, Moment At, Watts Last, Moment From)> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Moment From, Joules Then, Moment To, Joules Now)> _seen = new(StringComparer.Ordinal);

    /// <summary>The ledger of what was measured.</summary>
    public Ledger Ledger { get; private set; } = Ledger.Empty;

    /// <summary>Each device, in the order of its name.</summary>
    public IReadOnlyList<Measured> Devices =>
    [
        .. from device in Ledger.Devices.Values
           where device.Device.Kind != DeviceKind.Rest
           orderby device.Device.Kind, device.Device.Id
           select Of(device),
    ];

    /// <summary>Measures for a time; once where it is zero.</summary>
    public async Task MeasureAsync(TimeSpan length, CancellationToken stop)
    {
        var end = clock.Now + length;
        using var timer = new PeriodicTimer(Every, clock.Time);
        do
        {
            Step();
        }
        while (clock.Now < end && await timer.WaitForNextTickAsync(stop));
    }

    /// <summary>One round of readings.</summary>
    public void Step()
    {
        foreach (var entry in sensors.SelectMany(sensor => sensor.Read()))
        {
            Ledger = Ledger.Apply(entry);
            if (entry is LedgerEvent.DeviceRead { Reading: not Reading.Missing } read)
            {
                Note(read);
            }
        }

        Ledger = Ledger.Apply(new LedgerEvent.TickEnded(clock.Now, clock.Now));
    }

    private Measured Of(DeviceLedger device)
    {
        double? told = _told.TryGetValue(device.Device.Id, out var power) && power.At > power.From
            ? (power.Sum / (power.At - power.From)).Value
            : null;
        var mean = _seen.TryGetValue(device.Device.Id, out var seen) && seen.To > seen.From
            ? ((seen.Now - seen.Then) / (seen.To - seen.From)).Value
            : (double?)null;
        var state = StateOf(device.Meter);
        var watts = state == MeasuredState.Paused ? null : mean ?? device.Meter.Power?.Value;
        return new Measured(device.Device, watts, device.Meter.Method, told, state, device.Meter.Failure?.Reason);
    }

    private void Note(LedgerEvent.DeviceRead read)
    {
        var id = read.Device.Id;
        var measured = Ledger.Devices[id].Measured;
        _seen[id] = _seen.TryGetValue(id, out var seen) ? (seen.From, seen.Then, read.At, measured) : (read.At, measured, read.At, measured);
        if (read.Reading is not Reading.Counter { PowerNow: { } now })
        {
            return;
        }

        _told[id] = _told.TryGetValue(id, out var before)
            ? (before.Sum + ((before.Last + now) * 0.5 * (read.At - before.At)), read.At, now, before.From)
            : (Joules.Zero, read.At, now, read.At);
    }

    private static MeasuredState StateOf(EnergyMeter meter) => meter switch
    {
        { Failure: not null } => MeasuredState.Missing,
        { IsPaused: true } => MeasuredState.Paused,
        { IsAsleep: true } => MeasuredState.Asleep,
        _ => MeasuredState.Read,
    };
}
