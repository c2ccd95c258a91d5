using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Hwmon;

/// <summary>A GPU that the kernel's own drivers measure (amdgpu, i915, xe). One that sleeps is left so.</summary>
/// <remarks>
/// Where reading wakes the card (amdgpu before Linux 7, i915, xe) each reading also begins its time to fall asleep anew: one
/// that may sleep and is idle is left alone for a while.
/// </remarks>
internal sealed class HwmonGpu(Sysfs sysfs, GpuCard card, KfdProcesses kfd, long registration) : IDisposable
{
    /// <summary>More than any card draws.</summary>
    private static readonly Watts MostPower = new(1000);

    /// <summary>
    /// Intel's drivers add up a counter of 32 bits and 2^-14 J whenever they are read: past this it may have come round unseen
    /// (drivers/gpu/drm/i915/i915_hwmon.c).
    /// </summary>
    private static readonly Joules IntelRange = new(262_144);

    private static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>Power that is read less often is not known between two readings (see EnergyMeter).</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(27);

    private static readonly Reading LeftAlone = new Reading.Missing(
        MissingCause.Gone, "It is idle and was left alone so that it can fall asleep; it is read again soon.");

    private readonly HwmonMeter? _meter = Meter(sysfs, card, registration);
    private readonly HwmonRest _rest = new();
    private readonly GpuIdleness _idleness = new();
    private readonly Pace _pace = new(TimeSpan.FromSeconds(1));

    public GpuCard Card => card;

    /// <summary>The kernel may suspend it while it is idle.</summary>
    public bool MaySleep => sysfs.Text($"{card.Pci}/power/control") == "auto";

    /// <summary>Reads it once, if that wakes nothing.</summary>
    public Reading ReadEnergy() => card.Chip.Sleeps(sysfs) ? new Reading.Asleep() : Measured();

    /// <summary>What it draws, and each second what it does and who is on it.</summary>
    public IEnumerable<LedgerEvent> Read(MonotonicClock clock)
    {
        var (now, status) = (clock.Now, card.Chip.RuntimeStatus(sysfs));
        var due = _pace.IsDue(now);
        var asleep = HwmonChip.IsAsleep(status);
        if (!_rest.MayRead(now, asleep))
        {
            yield return new LedgerEvent.DeviceRead(now, card.Device, asleep ? new Reading.Asleep() : LeftAlone);
            if (due)
            {
                yield return new LedgerEvent.GpuStateRead(now, card.Device.Id, new GpuState { RuntimeStatus = status });
            }

            yield break;
        }

        var reading = Measured();
        var at = clock.Now;
        yield return new LedgerEvent.DeviceRead(now + ((at - now) / 2), card.Device, reading);
        if (due)
        {
            var state = State(status);
            var processes = kfd.On(card.Chip.Place);
            if (MaySleep && (reading is Reading.Counter || HwmonRest.LengthFor(Delay()) <= LongestGap))
            {
                _rest.Looked(now, _idleness.Look(now, reading, state.UtilizationRatio, processes), Delay());
            }

            yield return new LedgerEvent.GpuStateRead(at, card.Device.Id, state);
            yield return new LedgerEvent.GpuProcessesRead(at, card.Device.Id, processes);
        }
    }

    public void Dispose() => _meter?.Dispose();

    private Reading Measured()
    {
        var reading = _meter?.Read() ?? new Reading.Missing(
            MissingCause.Unsupported, $"{card.Description.Name}: its driver ({card.Chip.Name}) tells neither energy nor power. A newer kernel may.");

        // From Linux 7 amdgpu refuses rather than wake the card: it fell asleep since it was asked.
        return reading is Reading.Missing && card.Chip.Sleeps(sysfs) ? new Reading.Asleep() : reading;
    }

    private GpuState State(string? status)
    {
        var (pci, hwmon) = (card.Pci, card.Chip.Folder);
        return card.IsAmd
            ? new GpuState
            {
                RuntimeStatus = status,
                UtilizationRatio = Number($"{pci}/gpu_busy_percent") / 100,
                MemoryTotalBytes = (long?)Number($"{pci}/mem_info_vram_total"),
                MemoryUsedBytes = (long?)Number($"{pci}/mem_info_vram_used"),
                TemperatureCelsius = Number($"{hwmon}/temp1_input") / 1e3,
                SmClockHertz = Number($"{hwmon}/freq1_input"),
                MemoryClockHertz = Number($"{hwmon}/freq2_input"),
                PowerLimitWatts = Number($"{hwmon}/power1_cap") / 1e6,
                DefaultPowerLimitWatts = Number($"{hwmon}/power1_cap_default") / 1e6,
                MinPowerLimitWatts = Number($"{hwmon}/power1_cap_min") / 1e6,
                MaxPowerLimitWatts = Number($"{hwmon}/power1_cap_max") / 1e6,
            }
            : new GpuState
            {
                RuntimeStatus = status,
                TemperatureCelsius = (Number($"{hwmon}/temp2_input") ?? Number($"{hwmon}/temp1_input")) / 1e3, // xe begins with 2
                PowerLimitWatts = Number($"{hwmon}/power1_max") is { } limit and > 0 ? limit / 1e6 : null, // 0: switched off
                DefaultPowerLimitWatts = Number($"{hwmon}/power1_rated_max") / 1e6,
            };
    }

    private double? Number(string path) => sysfs.Exists(path) ? sysfs.Number(path) : null;

    private TimeSpan Delay() => Number($"{card.Pci}/power/autosuspend_delay_ms") is { } milliseconds and >= 0
        ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestDelay.TotalMilliseconds))
        : UsualDelay;

    private static HwmonMeter? Meter(Sysfs sysfs, GpuCard card, long registration)
    {
        var folder = card.Chip.Folder;
        if (!card.IsAmd)
        {
            // The card has all in it, its package not: xe tells both, in an order that changed.
            var file = Enumerable.Range(1, 2).Select(i => FormattableString.Invariant($"{folder}/energy{i}")).Where(path => sysfs.Exists($"{path}_input"))
                .OrderByDescending(path => sysfs.Exists($"{path}_label") && sysfs.Text($"{path}_label") == "card")
                .FirstOrDefault();
            return file is null ? null : new HwmonMeter.Energy(new(sysfs, $"{file}_input"), MostPower, IntelRange, registration);
        }

        string[] powers = [$"{folder}/power1_average", $"{folder}/power1_input"];
        return powers.FirstOrDefault(sysfs.Exists) is { } power ? new HwmonMeter.Power(new(sysfs, power), TimeSpan.Zero, MostPower) : null;
    }
}
