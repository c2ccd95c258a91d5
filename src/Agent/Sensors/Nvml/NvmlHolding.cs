using Agent.Config;

namespace Agent.Sensors.Nvml;

/// <summary>Whether NVML stays open while a GPU is idle, and what that was decided by.</summary>
/// <param name="Hold">The setting.</param>
/// <param name="MaySleep">The driver lets this GPU sleep.</param>
/// <param name="AllMaySleep">And all others.</param>
/// <param name="Persistence">The driver keeps this GPU up while nobody has it open; null: not told.</param>
internal sealed record NvmlHolding(NvmlHold Hold, bool MaySleep, bool AllMaySleep, bool? Persistence)
{
    public bool IsHeld => Hold == NvmlHold.Always || (Hold == NvmlHold.Auto && !AllMaySleep);
}
