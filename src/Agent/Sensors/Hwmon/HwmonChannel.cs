using Agent.Core.Attribution;
using Agent.Core.Metering;

namespace Agent.Sensors.Hwmon;

/// <summary>A quantity of a board's chip that is read. Such chips sit behind slow buses.</summary>
internal sealed class HwmonChannel(Sysfs sysfs, Device device, HwmonQuantity quantity, HwmonMeter meter) : IDisposable
{
    /// <summary>What is only shown need not be fine.</summary>
    private readonly Pace _pace = new(TimeSpan.FromSeconds(device.Kind == DeviceKind.Rail ? 5 : 1));

    public Device Device => device;

    public HwmonQuantity Quantity => quantity;

    public IEnumerable<LedgerEvent> Read(MonotonicClock clock)
    {
        var before = clock.Now;
        if (_pace.IsDue(before))
        {
            var reading = quantity.Chip.Sleeps(sysfs) ? new Reading.Asleep() : meter.Read();
            yield return new LedgerEvent.DeviceRead(before + ((clock.Now - before) / 2), device, reading);
        }
    }

    public void Dispose() => meter.Dispose();
}
