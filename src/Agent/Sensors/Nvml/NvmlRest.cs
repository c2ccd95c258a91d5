using Agent.Config;
using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>When NVML is let go of because its GPUs are idle, and for how long.</summary>
internal sealed class NvmlRest(NvmlHold hold)
{
    /// <summary>So many looks, a second apart, that found all GPUs idle: let them sleep.</summary>
    public const int IdleLooks = 10;

    /// <summary>Longer than a GPU waits before it falls asleep (some 15 s after the last handle is closed).</summary>
    private static readonly TimeSpan UntilAsleep = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Where a GPU cannot sleep nothing but NVML tells that it works again, and to ask may cost a second at full power.
    /// A model that is loaded has it asked at once.
    /// </summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(5);

    private Moment? _until;

    /// <summary>GPUs are opened although they sleep.</summary>
    public bool Wakes => hold == NvmlHold.Always;

    public bool IsOver(Moment now) => !(now < _until);

    public void End() => _until = null;

    /// <summary>Why NVML is let go of now; null where it is not.</summary>
    /// <param name="now">The time.</param>
    /// <param name="gpus">All GPUs.</param>
    /// <param name="sleeping">The PCI addresses of those that sleep.</param>
    public NvmlFailure? Begin(Moment now, IReadOnlyList<NvmlGpu> gpus, IReadOnlyCollection<string> sleeping)
    {
        if (gpus.Count == 0
            || gpus.Any(gpu => Of(gpu, gpus).IsHeld
                || (!sleeping.Contains(gpu.Address) && !(gpu.Use?.IdleLooks >= IdleLooks))))
        {
            return null;
        }

        var allMaySleep = gpus.All(gpu => gpu.MaySleep);
        _until = now + (allMaySleep ? UntilAsleep : BetweenLooks);
        return allMaySleep ? NvmlFailure.Released : NvmlFailure.LetGo;
    }

    public NvmlHolding Of(NvmlGpu gpu, IReadOnlyList<NvmlGpu> gpus) =>
        new(hold, gpu.MaySleep, gpus.All(one => one.MaySleep), gpu.Use?.Persistence);
}
