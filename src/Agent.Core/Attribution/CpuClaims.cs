using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>Who used the processors in a span: their active energy, and the memory's, goes by processor time.</summary>
internal static class CpuClaims
{
    /// <summary>With this share of all processors busy a machine still counts as quiet: daemons, an idle desktop.</summary>
    private const double QuietShare = 0.1;

    public static IReadOnlyList<Claim> Of(Ledger ledger, Moment from, Moment to)
    {
        if (to - from > DeviceLedger.LongestSpan && !ledger.Cpu.Covers(from, to))
        {
            return [];
        }

        if (ledger.Cpu.Between(from, to) is not { } times)
        {
            return ByActivity(ledger, 1, from, to);
        }

        var claims = new List<Claim>();
        var runners = 0.0;
        foreach (var runner in ledger.Runners.Values)
        {
            var seconds = times.ByPid.GetValueOrDefault(runner.Runner.Id.Pid);
            if (seconds <= 0)
            {
                continue;
            }

            runners += seconds;
            var active = RunnerClaims.Activity(ledger, runner, from, to) > 0;
            claims.AddRange(active
                ? RunnerClaims.Split(ledger, runner, seconds, from, to)
                : [new Claim(new Account(Category.LoadedIdle, runner.Model), seconds)]);
        }

        if (times.Server is > 0 and var server)
        {
            runners += server;
            var pull = ledger.Pulls.Activity(from, to);
            var rest = server * (1 - pull);
            var split = ByActivity(ledger, rest, from, to);
            claims.AddRange(pull > 0 ? [new Claim(new Account(Category.Pull), server * pull, pull)] : []);
            claims.AddRange(rest <= 0 || split.Count > 0 ? split : [new Claim(new Account(Category.Unmetered), rest)]);
        }

        if (times.Busy > runners)
        {
            claims.Add(new Claim(new Account(Category.Other), times.Busy - runners));
        }

        return claims;
    }

    /// <summary>No runner worked, nothing was downloaded, and little else was done.</summary>
    public static bool IsQuiet(Ledger ledger, Moment from, Moment to) =>
        ledger.Pulls.Activity(from, to) <= 0 && !ledger.Requests.IsCrowded(from) && RequestClaims.Unplaced(ledger, from, to).Count == 0 &&
        ledger.Runners.Values.All(runner => RunnerClaims.Activity(ledger, runner, from, to) <= 0)
        && (ledger.Cpu.Between(from, to) is not { } times
            || times.Busy <= QuietShare * times.Processors * (to - from).TotalSeconds);

    private static List<Claim> ByActivity(Ledger ledger, double weight, Moment from, Moment to)
    {
        var active = ledger.Runners.Values
            .Select(runner => (Runner: runner, Activity: RunnerClaims.Activity(ledger, runner, from, to)))
            .Where(pair => pair.Activity > 0)
            .ToArray();
        var sum = active.Sum(pair => pair.Activity);
        return [.. active.SelectMany(pair => RunnerClaims.Split(ledger, pair.Runner, weight * pair.Activity / sum, from, to))];
    }
}
