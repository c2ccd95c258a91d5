using Agent.Core.Attribution;
using Agent.Core.Metering;
using static Agent.Core.Reports.AdviceRule;

namespace Agent.Core.Reports;

/// <summary>What GPUs cost that they need not.</summary>
internal static class GpuAdvice
{
    /// <summary>Below this share of its limit a lower one changes little.</summary>
    private const double NearLimit = 0.8;

    /// <summary>So far below its default a limit was lowered on purpose, and not rounded.</summary>
    private const double Lowered = 0.99;

    /// <summary>After the last work a GPU keeps its clocks for some seconds.</summary>
    private static readonly TimeSpan LongestAwake = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<AdviceRule> Rules { get; } =
    [
        new("gpu_power_limit", "a GPU that works near a power limit that was never lowered", Limit),
        new("gpu_persistence_off", "a GPU at full clocks with nothing to do, its persistence mode off", Persistence),
    ];

    private static IEnumerable<(string Reason, string Fix)> Limit(Ledger ledger)
    {
        foreach (var (uuid, gpu) in ledger.Gpus)
        {
            var state = gpu.State;
            if (state is { PowerLimitWatts: { } limit, DefaultPowerLimitWatts: { } usual, MinPowerLimitWatts: { } least }
                && limit >= usual * Lowered && least < limit * Lowered
                && Highest(ledger, uuid) is { } drawn && drawn >= limit * NearLimit)
            {
                yield return (
                    Say($"{NameOf(gpu, uuid)} drew {drawn:0} W in the last 5 minutes, near its limit of {limit:0} W, which was never lowered from its default."),
                    Say($"{(Generated(ledger, uuid) ? "Generation is bound by memory more than by clocks: try" : "Most work gets slower by less than it saves: try")} about {Math.Max(least, limit * 0.7):0} W (sudo nvidia-smi -i {gpu.Description?.Index ?? 0} -pl {Math.Max(least, limit * 0.7):0}) and compare joulet_model_joules_per_token. It can be set from {least:0} W on, and is back at its default after a reboot."));
            }
        }
    }

    private static IEnumerable<(string Reason, string Fix)> Persistence(Ledger ledger) =>
        from pair in ledger.Gpus
        let gpu = pair.Value
        where gpu.State is { Persistence: false }
            && gpu.State.Hold != "held" // what is held open is up on purpose, and nothing that comes and goes starts it anew
            && gpu.AwakeSince is { } since && ledger.LastTick - since >= LongestAwake
        let watts = ledger.Devices.GetValueOrDefault(pair.Key)?.Meter.Power
        select (
            Say($"{NameOf(gpu, pair.Key)} has been at performance state P{gpu.State.PerformanceState} for {Of(ledger.LastTick!.Value - gpu.AwakeSince!.Value)} with nothing to do{(watts is { } now ? Say($", at {now.Value:0} W") : "")}, and its persistence mode is off: something has it open, or opens it again and again (nvidia-smi in a script), and each time it starts up anew, at full clocks."),
            "Look for what has it open (sudo fuser -v /dev/nvidia*). On a server, where it never sleeps, switch persistence on: sudo nvidia-smi -pm 1, or the service nvidia-persistenced.");

    /// <summary>It generated tokens in the last five minutes.</summary>
    private static bool Generated(Ledger ledger, string uuid) =>
        ledger.Checkpoints.FirstOrDefault()?.Devices.GetValueOrDefault(uuid) is { } before
        && ledger.Devices.GetValueOrDefault(uuid)?.BookedSince(before).Any(part => part.Account.Category == Category.Generation) == true;

    /// <summary>
    /// The highest power between two checkpoints of the last five minutes, which are ten seconds apart. Where it could not be read at
    /// one, what its counter shows then may be of longer.
    /// </summary>
    private static double? Highest(Ledger ledger, string uuid)
    {
        double? highest = null;
        Checkpoint? before = null;
        foreach (var check in ledger.Checkpoints)
        {
            if (before?.Devices.GetValueOrDefault(uuid) is { Meter.Power: not null } then && check.Devices.GetValueOrDefault(uuid) is { Meter.Power: not null } now && check.At > before.At)
            {
                var watts = (now.Measured - then.Measured) / (check.At - before.At);
                highest = Math.Max(highest ?? 0, watts.Value);
            }

            before = check;
        }

        return highest;
    }

    private static string NameOf(GpuView gpu, string uuid) => gpu.Description is { } known ? $"{known.Name} ({uuid})" : uuid;
}
