using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <content>Devices and what they read.</content>
public sealed partial record Ledger
{
    /// <summary>What cannot be read, or sleeps, has no state: the last one would be taken for the present.</summary>
    private Ledger Read(LedgerEvent.DeviceRead read)
    {
        var reading = IsMeasuredAnyway(read.Device) && read.Reading is not Reading.Missing ? new Reading.Paused() : read.Reading;
        var next = Update(read.Device, device => device.Read(read.At, reading));
        return read is { Device.Kind: DeviceKind.Gpu, Reading: Reading.Missing or Reading.Asleep }
            ? next.View(read.Device.Id, gpu => gpu.With(read.At, new GpuState()))
            : next;
    }

    /// <summary>An estimate gives way to a meter of the same joules.</summary>
    private bool IsMeasuredAnyway(Device device) => device.Kind switch
    {
        DeviceKind.EstimatedCpu => Devices.Values.Any(other => other.Device.Kind == DeviceKind.Package && other.Meter.WasRead),
        DeviceKind.EstimatedRest => WholeMachine.Of(Devices).Any(meter => !meter.Meter.IsPaused), // a battery on mains tells nothing
        _ => false,
    };

    private Ledger Update(Device device, Func<DeviceLedger, DeviceLedger> change)
    {
        var state = Devices.GetValueOrDefault(device.Id) ?? NewDevice(device);
        return this with { Devices = Devices.SetItem(device.Id, change(state)) };
    }

    internal DeviceLedger NewDevice(Device device) => new(device) { Baseline = BaselineBook.Empty with { Override = IdleOf(device) } };

    private Watts? IdleOf(Device device) => IdleWatts.TryGetValue(device.Id, out var watts) ? watts : null;

    private Ledger View(string uuid, Func<GpuView, GpuView> change) =>
        this with { Gpus = Gpus.SetItem(uuid, change(Gpus.GetValueOrDefault(uuid) ?? new GpuView())) };
}
