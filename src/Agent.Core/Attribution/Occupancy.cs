using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Which runners are on which device, and how much of its memory their models take.</summary>
internal static class Occupancy
{
    /// <summary>
    /// A runner is on the GPUs whose driver lists its process. Before a list was read after it served, it may be on any;
    /// so it may where the list cannot be had, unless another GPU's list has it.
    /// </summary>
    public static bool IsOn(Ledger ledger, RunnerState runner, Device device)
    {
        if (!runner.Gpus.IsEmpty)
        {
            return runner.Gpus.ContainsKey(device.Id);
        }

        var ready = runner.Runner.Unreadable is null ? runner.Serving : runner.Started;
        return ready is not { } since || ledger.Gpus.GetValueOrDefault(device.Id)?.Listed is not { } listed || listed < since;
    }

    /// <summary>
    /// The models in a GPU's memory during a span; two runners of one model are one. On a processor a model at rest draws
    /// nothing, or its runner's processor time shows it: that claims its share.
    /// </summary>
    public static IReadOnlyList<Resident> Residents(Ledger ledger, Device device, Moment from, Moment to)
    {
        var residents = new List<Resident>();
        if (device.Kind != DeviceKind.Gpu)
        {
            return residents;
        }

        foreach (var group in ledger.Runners.Values
            .Where(runner => runner.Model is not null && runner.Resident(from, to) > 0 && IsOn(ledger, runner, device))
            .GroupBy(runner => runner.Model!.Value))
        {
            residents.Add(new Resident(
                group.Key,
                group.Max(runner => Bytes(ledger, runner, device)),
                Math.Min(1, group.Sum(runner => runner.Resident(from, to)))));
        }

        return residents;
    }

    /// <summary>The models in a device's memory at the last round of readings.</summary>
    public static IReadOnlyList<Resident> ResidentsNow(Ledger ledger, Device device) =>
        ledger.LastTick is { } now ? Residents(ledger, device, now, now + TimeSpan.FromTicks(1)) : [];

    private static double Bytes(Ledger ledger, RunnerState runner, Device device) =>
        runner.Gpus.GetValueOrDefault(device.Id)
        ?? (runner.Model is { } model ? ledger.Loaded.GetValueOrDefault(model)?.VramBytes : null)
        ?? 0;
}
