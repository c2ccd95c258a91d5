using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What one runner claims of a device for a span.</summary>
internal static class RunnerClaims
{
    /// <summary>A runner that cannot be seen counts as working from this share of one core on: at rest it needs none.</summary>
    private const double WorkingCores = 0.1;

    /// <summary>How long of the span the runner was active, 0 to 1. What an unseen one does, its processor time tells.</summary>
    public static double Activity(Ledger ledger, RunnerState runner, Moment from, Moment to)
    {
        var seconds = (to - from).TotalSeconds;
        if (!runner.Unseen)
        {
            return Math.Min(1, runner.Within(from, to).Total / seconds);
        }

        var cores = ledger.Cpu.Between(from, to)?.ByPid.GetValueOrDefault(runner.Runner.Id.Pid) / seconds;
        return cores >= WorkingCores ? 1 : 0;
    }

    /// <summary>Splits a runner's weight over the phases it was in.</summary>
    public static IEnumerable<Claim> Split(RunnerState runner, double weight, Moment from, Moment to)
    {
        if (runner.Unseen)
        {
            yield return new Claim(new Account(Category.Unmetered, runner.Model), weight);
            yield break;
        }

        var phases = runner.Within(from, to);
        var length = Math.Max(phases.Total, (to - from).TotalSeconds);
        foreach (var (category, seconds) in phases.Parts())
        {
            yield return new Claim(new Account(category, runner.Model), weight * seconds / phases.Total, seconds / length);
        }
    }
}
