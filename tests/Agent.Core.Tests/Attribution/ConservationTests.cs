using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Carbon;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using CsCheck;

namespace Agent.Core.Tests.Attribution;

public sealed class ConservationTests
{
    private static readonly Device[] Devices =
    [
        Host.Gpu("GPU-0"), Host.Gpu("GPU-1"), Host.Package(0), new(DeviceKind.Dram, "dram-0", "rapl:dram-0", 0),
        new(DeviceKind.Platform, "psys", "rapl:psys"),
    ];

    /// <summary>Where the package's counter wraps: about every ten steps.</summary>
    private const double Range = 3000;

    private static readonly Gen<Reading> Readings = Gen.Frequency(
        (20, Gen.Double[0, 300].Select(watts => (Reading)new Reading.Counter(new Joules(watts)) { MostPower = new Watts(2000), Step = TimeSpan.FromMilliseconds(100) })),
        (1, Gen.Const((Reading)new Reading.Missing(MissingCause.Error, "test"))),
        (1, Gen.Const((Reading)new Reading.Asleep())),
        (1, Gen.Double[0, 300].Select(watts => (Reading)new Reading.Power(new Watts(watts), TimeSpan.Zero))));

    private static readonly Gen<RunnerAnswer> Answers = Gen.Frequency(
        (1, Gen.Const((RunnerAnswer)new RunnerAnswer.Loading())),
        (9, Gen.Select(Gen.Bool, Gen.Long[0, 3], Gen.Long[0, 500], Gen.Long[0, 900], Gen.Double[0, 20], Gen.Bool).Select(
            (busy, task, decoded, total, seconds, counted) => (RunnerAnswer)new RunnerAnswer.Serving(
                [new RunnerSlot(busy, task, decoded)],
                counted ? new RunnerCounters(total, total, seconds, total, seconds) : null))));

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Double[0.01, 3],
        Readings.Array[Devices.Length],
        Answers.Array[3],
        Gen.Double[0, 4].Array[4],
        Gen.Int[0, 63],
        Gen.Double[0, 2]).Select((seconds, readings, answers, cpu, happening, late) =>
            new Step(seconds, readings, answers, cpu, happening, late));

    [Fact]
    public void Whatever_happens_every_joule_measured_is_booked_once_and_nothing_ever_falls() =>
        Steps.Array[1, 60].Sample(
            steps =>
            {
                var ledger = Ledger.Empty;
                foreach (var entry in Events(steps))
                {
                    var next = entry is Restart restart ? Restarted(ledger, restart) : ledger.Apply(entry);
                    Check(ledger, next, entry);
                    ledger = next;
                }
            },
            iter: 500);

    [Fact]
    public void An_agent_that_was_down_for_a_moment_measured_and_counted_what_one_did_that_was_not() =>
        Steps.Where(step => step.Happening is < 28 or > 60).Array[1, 60].Sample(
            steps =>
            {
                var (through, apart) = (Ledger.Empty, Ledger.Empty);
                foreach (var (entry, i) in Events(steps).Select((entry, i) => (entry, i)))
                {
                    through = through.Apply(entry);
                    apart = apart.Apply(entry);
                    if (entry is LedgerEvent.TickEnded && i % 3 == 0)
                    {
                        apart = Restarted(apart, new Restart(entry.At, Boots: false));
                    }
                }

                foreach (var (id, device) in through.Devices.Remove(Ledger.Rest.Id)) // derived, from what is settled when
                {
                    Assert.Equal(device.Measured.Value, apart.Devices[id].Measured.Value, 1e-6);
                }

                foreach (var (model, totals) in through.Models)
                {
                    Assert.Equal(totals.Tokens, apart.Models[model].Tokens);
                }
            },
            iter: 300);

    /// <summary>The agent ends, and begins again from what it kept: runners that are there are found again.</summary>
    private static Ledger Restarted(Ledger ledger, Restart restart)
    {
        var saved = ledger.Save();
        if (restart.Boots)
        {
            return Ledger.RestoredAfterBoot(saved, Ledger.Empty, restart.At, restart.At - TimeSpan.FromSeconds(1));
        }

        return ledger.Runners.Values.Where(runner => runner.Gone is null).Aggregate(
            Ledger.Restored(saved, Ledger.Empty, restart.At),
            (next, runner) => next.Apply(new LedgerEvent.RunnerFound(restart.At, runner.Runner, runner.Started)));
    }

    private static void Check(Ledger before, Ledger after, LedgerEvent entry)
    {
        var measured = after.Devices.Values.Sum(device => device.Measured.Value);
        Assert.True(after.Imbalance.Value <= 1e-9 * (1 + measured), $"{after.Imbalance} of {measured} J after {entry}");
        foreach (var (id, device) in before.Devices)
        {
            var next = after.Devices[id];
            Assert.True(next.Measured >= device.Measured, $"{id} fell");
            foreach (var (account, joules) in device.Accounts.Where(pair => pair.Key.Model is not { Named: false }))
            {
                Assert.True(next.Accounts[account] >= joules, $"{account} of {id} fell");
                Assert.True(joules.Value >= 0 && double.IsFinite(joules.Value));
            }
        }

        var booked = after.Devices.Values.Sum(device => device.Accounts.Values.Sum(joules => joules.Value));
        var hours = after.Hours.Cells.Values.Sum(cell => cell.Energy.Value);
        Assert.True(hours <= booked + (1e-9 * (1 + booked)), $"{hours} J of {booked} J in hours after {entry}");
        Assert.All(before.Footprint.Emissions.Where(pair => pair.Key.Account.Model is not { Named: false }), pair =>
            Assert.True(after.Footprint.Emissions[pair.Key].Location >= pair.Value.Location));
        Assert.All(before.Footprint.Costs.Where(pair => pair.Key.Account.Model is not { Named: false }), pair =>
            Assert.True(after.Footprint.Costs[pair.Key] is var cost && cost.Paid >= pair.Value.Paid && cost.Earned >= pair.Value.Earned));
        foreach (var (load, totals) in before.Loads.Totals)
        {
            var now = after.Loads.Totals[load];
            Assert.True(now.Count >= totals.Count && now.Seconds >= totals.Seconds && now.Energy >= totals.Energy);
        }

        foreach (var (model, totals) in before.Models.Where(pair => pair.Key.Named))
        {
            var (now, then) = (after.Models[model], totals);
            Assert.True(now.Tokens.Generated >= then.Tokens.Generated && now.Tokens.Prompt >= then.Tokens.Prompt);
            Assert.True(now.Slots.Total >= then.Slots.Total, $"{model}: {then.Slots} fell to {now.Slots} after {entry}");
            Assert.True(now.Busy.Total <= now.Slots.Total + 1e-9, $"{model}: busy {now.Busy}, slots {now.Slots} after {entry}");
        }
    }

    private static IEnumerable<LedgerEvent> Events(Step[] steps)
    {
        var now = 0.0;
        var counters = new double[Devices.Length];
        var cpu = new double[4];
        foreach (var step in steps)
        {
            now += step.Seconds;
            var at = Moment.FromSeconds(Math.Round(now, 6));
            foreach (var entry in Happening(step.Happening, at))
            {
                yield return entry;
            }

            for (var i = 0; i < Devices.Length; i++)
            {
                // A counter carries on by the power drawn; now and then it starts anew.
                counters[i] = step.Happening == i ? 0 : counters[i];
                var reading = step.Readings[i];
                if (reading is Reading.Counter counter)
                {
                    counters[i] += counter.Total.Value * step.Seconds;
                    counters[i] %= Devices[i].Kind == DeviceKind.Package ? Range : double.MaxValue;
                    reading = counter with
                    {
                        Total = new Joules(counters[i]),
                        Range = Devices[i].Kind == DeviceKind.Package ? new Joules(Range) : null,
                    };
                }

                yield return new LedgerEvent.DeviceRead(at, Devices[i], reading);
            }

            for (var i = 0; i < cpu.Length; i++)
            {
                cpu[i] += step.Cpu[i] * step.Seconds;
            }

            yield return new LedgerEvent.CpuTimesRead(at, new CpuTimes(
                cpu.Sum(), 16, cpu[3], Enumerable.Range(0, 3).ToImmutableDictionary(i => 10 + i, i => cpu[i])));
            for (var i = 0; i < step.Answers.Length; i++)
            {
                yield return new LedgerEvent.RunnerAnswered(at, new RunnerId(10 + i, 1), step.Answers[i]);
            }

            yield return new LedgerEvent.TickEnded(at, at - TimeSpan.FromSeconds(step.Late));
        }
    }

    private static IEnumerable<LedgerEvent> Happening(int what, Moment at)
    {
        var runner = what % 3;
        switch (what)
        {
            case >= 10 and < 16:
                yield return new LedgerEvent.RunnerFound(
                    at,
                    new Runner
                    {
                        Id = new RunnerId(10 + runner, 1),
                        Blob = $"sha256-{runner}",
                        Embedding = what == 11,
                        Unreadable = what == 12 ? "test" : null,
                    },
                    at - TimeSpan.FromSeconds(0.5));
                break;
            case >= 16 and < 19:
                yield return new LedgerEvent.ModelNamed(at, $"sha256-{runner}", $"m{runner % 2}", new ModelDetails(null, null, null));
                break;
            case >= 19 and < 22:
                yield return new LedgerEvent.RunnerGone(at, new RunnerId(10 + runner, 1));
                break;
            case >= 22 and < 25:
                yield return new LedgerEvent.GpuProcessesRead(at, $"GPU-{runner % 2}", [new GpuProcess(10 + runner, 1000)]);
                break;
            case >= 25 and < 28:
                yield return new LedgerEvent.GpuUtilizationRead(
                    at, $"GPU-{runner % 2}", [new ProcessUtilization(10 + runner, 0.4), new ProcessUtilization(77, 0.3)]);
                break;
            case 28:
                yield return new LedgerEvent.Resumed(at, TimeSpan.FromHours(1));
                break;
            case >= 29 and < 32:
                yield return new LedgerEvent.RequestStarted(at, Request(runner));
                break;
            case >= 32 and < 35:
                yield return new LedgerEvent.RequestProgressed(at, new RequestId(runner), what);
                break;
            case >= 35 and < 41:
                yield return new LedgerEvent.RequestEnded(at, Request(runner), new RequestEnd(
                    at - TimeSpan.FromSeconds(what - 34),
                    what == 36 ? null : at - TimeSpan.FromSeconds(0.5),
                    what == 37 ? RequestOutcome.Aborted : RequestOutcome.Ok,
                    Served: what != 38,
                    Remote: what == 39,
                    new Usage { Quality = UsageQuality.Exact, Prompt = 9, Generated = 12, Generation = TimeSpan.FromSeconds(what - 36) }));
                break;
            case 41:
                yield return new LedgerEvent.PullProgressed(at, new RequestId(9), 100);
                break;
            case 42:
                yield return new LedgerEvent.PullEnded(at, new RequestId(9), RequestOutcome.Ok, at - TimeSpan.FromSeconds(2));
                break;
            case >= 43 and < 49:
                yield return new LedgerEvent.TaskLogged(at, new TaskTimings(0, runner, 10, 0.1, 200 + what, 2));
                break;
            case >= 49 and < 51:
                yield return new LedgerEvent.LoadLogged(at, $"sha256-{runner}", TimeSpan.FromSeconds(1));
                break;
            case >= 58 and < 61:
                yield return new Restart(at, Boots: what == 60);
                break;
            case 54:
                yield return new LedgerEvent.IntensityTold(at, new CarbonIntensity(100 + at.SinceOrigin.TotalSeconds, "test", "", IntensityTier.Live));
                break;
            case 55:
                yield return new LedgerEvent.PriceTold(at, new Price(Math.Sin(at.SinceOrigin.TotalSeconds), "EUR"));
                break;
            case 56:
                yield return new LedgerEvent.HourBegan(at, (long)at.SinceOrigin.TotalSeconds);
                break;
            case 57:
                yield return new LedgerEvent.HistoryKept(at, (long)at.SinceOrigin.TotalSeconds - 10);
                break;
            case >= 51 and < 54:
                yield return new LedgerEvent.ModelAliased(at, $"alias{runner}", $"sha256-{(what / 2) % 3}");
                break;
        }
    }

    private static Request Request(int model) =>
        new(new RequestId(model), "", model == 2 ? "alias2" : $"m{model}", InferenceApi.OpenAI, Embedding: model == 1);

    private sealed record Restart(Moment At, bool Boots) : LedgerEvent(At);

    private sealed record Step(
        double Seconds, Reading[] Readings, RunnerAnswer[] Answers, double[] Cpu, int Happening, double Late);
}
