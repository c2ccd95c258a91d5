using Agent.Core.Ollama;
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
        var phases = Phases(ledger, runner, from, to);
        if (!runner.UnseenAt(to) || phases.Total > 0)
        {
            return Math.Min(1, phases.Total / seconds);
        }

        var cores = ledger.Cpu.Between(from, to)?.ByPid.GetValueOrDefault(runner.Runner.Id.Pid) / seconds;
        return cores >= WorkingCores ? 1 : 0;
    }

    /// <summary>Splits a runner's weight over the phases it was in.</summary>
    public static IEnumerable<Claim> Split(Ledger ledger, RunnerState runner, double weight, Moment from, Moment to)
    {
        var phases = Phases(ledger, runner, from, to);
        return runner.UnseenAt(to) && phases.Total <= 0
            ? [new Claim(new Account(Category.Unmetered, runner.Model), weight)]
            : Split(runner.Model, phases, weight, (to - from).TotalSeconds);
    }

    /// <summary>Splits a weight over phases.</summary>
    public static IEnumerable<Claim> Split(ModelKey? model, PhaseSeconds phases, double weight, double length)
    {
        var whole = Math.Max(phases.Total, length);
        foreach (var (category, seconds) in phases.Parts())
        {
            yield return new Claim(new Account(category, model), weight * seconds / phases.Total, seconds / whole);
        }
    }

    /// <summary>What it did: as it told itself, or else as its model's requests went through the proxy.</summary>
    private static PhaseSeconds Phases(Ledger ledger, RunnerState runner, Moment from, Moment to) =>
        runner.Unseen ? RequestClaims.Within(ledger, runner.Model, from, to) : runner.Within(from, to);
}
