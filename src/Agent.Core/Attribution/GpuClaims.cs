using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Who was active on a GPU in a span.</summary>
/// <remarks>
/// The driver's samples say how much of the GPU's time a process used, not its watts. So they
/// only split between processes that were active together; who was active, the runners' slots tell.
/// </remarks>
internal static class GpuClaims
{
    /// <summary>A process below this share of the GPU's time is the desktop: part of idle, no claimant.</summary>
    private const double DesktopRatio = 0.05;

    public static IReadOnlyList<Claim> Of(Ledger ledger, Device device, Moment from, Moment to)
    {
        var view = ledger.Gpus.GetValueOrDefault(device.Id) ?? new GpuView();
        var active = ledger.Runners.Values
            .Where(runner => Occupancy.IsOn(ledger, runner, device))
            .Select(runner => (Runner: runner, Activity: RunnerClaims.Activity(ledger, runner, from, to)))
            .Where(pair => pair.Activity > 0)
            .ToArray();
        var unplaced = RequestClaims.Unplaced(ledger, from, to);
        var use = view.Use.Between(from, to) ?? ImmutableDictionary<int, double>.Empty;

        // Where no runner can be seen at all, the processes on the GPU while requests run are theirs.
        var foreign = unplaced.Count > 0 && ledger.Runners.IsEmpty
            ? 0
            : use.Where(process => IsForeign(ledger, process)).Sum(process => process.Value);
        foreign = foreign <= 0 && active.Length == 0 && unplaced.Count == 0 && IsUsedByOthers(ledger, view, device, from, to)
            ? view.State.UtilizationRatio!.Value
            : foreign;
        var claims = new List<Claim>();
        if (foreign > 0)
        {
            claims.Add(new Claim(new Account(Category.Other), foreign));
        }

        // Without a sample it is one of n: loading, or busy for less than the driver's sample window.
        var oneOfMany = 1.0 / (active.Length + unplaced.Count + claims.Count);
        foreach (var (runner, activity) in active)
        {
            var sample = use.GetValueOrDefault(runner.Runner.Id.Pid);
            claims.AddRange(RunnerClaims.Split(ledger, runner, (sample > 0 ? sample : oneOfMany) * activity, from, to));
        }

        var seconds = (to - from).TotalSeconds;
        claims.AddRange(unplaced.SelectMany(work =>
            RunnerClaims.Split(work.Key, work.Value, oneOfMany * Math.Min(1, work.Value.Total / seconds), seconds)));
        return claims;
    }

    /// <summary>When the driver last told, another program used it.</summary>
    public static bool IsShared(Ledger ledger, GpuView view) => view.Use.Last is { } last && last.Ratios.Any(use => IsForeign(ledger, use));

    private static bool IsForeign(Ledger ledger, KeyValuePair<int, double> use) => use.Value >= DesktopRatio && !IsRunner(ledger, use.Key);

    /// <summary>The driver tells no process's use of it, but of the whole, and no runner was at work in its sample window.</summary>
    private static bool IsUsedByOthers(Ledger ledger, GpuView view, Device device, Moment from, Moment to) =>
        view.State.UtilizationRatio >= DesktopRatio
        && view.Use.Between(from, to) is null
        && ledger.Runners.Values
            .Where(runner => Occupancy.IsOn(ledger, runner, device))
            .All(runner => RunnerClaims.Activity(ledger, runner, from - GpuUseTimeline.Life, to) <= 0);

    private static bool IsRunner(Ledger ledger, int pid) =>
        ledger.Runners.Keys.Any(runner => runner.Pid == pid);
}
