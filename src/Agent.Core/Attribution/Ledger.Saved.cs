using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <content>What outlives the agent, and how it goes on from there.</content>
public sealed partial record Ledger
{
    /// <summary>Far past everything that waits.</summary>
    private static readonly TimeSpan Ever = TimeSpan.FromDays(365);

    /// <summary>What is to be kept of this state.</summary>
    public SavedLedger Save()
    {
        var oldest = Devices.Values.SelectMany(device => device.Pending.Take(1))
            .Aggregate(LastTick ?? default, (first, span) => Moment.Min(first, span.From - span.Lag));
        return new SavedLedger(
            [.. Devices.Values.Select(device => device.Save())],
            [.. Models.Select(pair => new SavedModel(pair.Key, pair.Value))],
            [.. Runners.Values.Select(runner => runner.Save(oldest))],
            [.. Requests.Totals.Select(pair => pair.Value.Save(pair.Key))],
            [.. Requests.Lately.Values.Select(state => state.Save())],
            Loads.Save(),
            Pulls.Save(),
            Journal.Save(),
            Cpu.Last is var (at, times) ? new SavedLedger.Processors(at, times) : null,
            Sensors.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Errors),
            [.. Names.Select(pair => new SavedLedger.Name(pair.Key, pair.Value))],
            [.. Embedders],
            [.. Requests.BusyUntil.Select(pair => new SavedLedger.Busy(pair.Key.Model, pair.Key.Phase, pair.Value))],
            Profiles.Save(),
            Profiles.SaveChanges(),
            RestBook.Save(),
            Footprint.Save(),
            Hours.Save());
    }

    /// <summary>Goes on from what was kept, on the same boot: moments mean the same as then.</summary>
    /// <param name="saved">What was kept.</param>
    /// <param name="start">What the operator set for this run.</param>
    /// <param name="now">When this run begins: what starts before was not seen to.</param>
    public static Ledger Restored(SavedLedger saved, Ledger start, Moment now)
    {
        var ledger = start with
        {
            Since = now,
            Devices = saved.Devices.ToImmutableDictionary(
                device => device.Device.Id, device => DeviceLedger.Restored(device, start.IdleOf(device.Device))),
            Models = saved.Models.ToImmutableDictionary(model => model.Model, model => model.Totals),
            Runners = saved.Runners.ToImmutableDictionary(runner => runner.Runner.Id, RunnerState.Restored),
            Loads = LoadBook.Restored(saved.Loads),
            Pulls = PullBook.Restored(saved.Pulls),
            Journal = JournalBook.Restored(saved.Journal),
            Profiles = ProfileBook.Restored(saved.Profiles ?? [], saved.ProfileChanges ?? []),
            Footprint = saved.Footprint is { } footprint ? FootprintBook.Restored(footprint, start.Footprint.Rules) : start.Footprint,
            Hours = saved.Hours is { } hours ? HourBook.Restored(hours) : HourBook.Empty,
            RestBook = saved.Rest is { } rest ? RestBook.Restored(rest) : RestBook.Empty,
            Cpu = saved.ProcessorTimes is { } times ? CpuTimeline.Empty.Add(times.At, times.Times) : CpuTimeline.Empty,
            Sensors = saved.SensorErrors.ToImmutableDictionary(pair => pair.Key, pair => new SensorHealth(null, pair.Value)),
            Names = saved.Names.ToImmutableDictionary(name => name.Blob, name => name.Model),
            Embedders = [.. saved.Embedders],
            Requests = RequestBook.Empty with
            {
                Totals = saved.Requests.ToImmutableDictionary(requests => requests.Model, RequestTotals.Restored),
                Lately = saved.Open.Select((request, i) => RequestState.Restored(request, new RequestId(-1 - i))).ToImmutableDictionary(state => state.Request.Id),
                BusyUntil = saved.BusyUntil.ToImmutableDictionary(busy => (busy.Model, busy.Phase), busy => busy.Until),
            },
        };
        foreach (var state in ledger.Requests.Lately.Values.Where(state => state.Ended is null))
        {
            var end = Moment.Max(state.Told, state.Started);
            ledger = RequestBooking.End(ledger, new LedgerEvent.RequestEnded(end, state.Request, state.BrokenOff));
        }

        return ledger;
    }

    /// <summary>
    /// The same after the machine was started anew. Totals and what was learned go on; what was open is closed as it stood,
    /// for no moment of then means anything now.
    /// </summary>
    /// <param name="booted">When it was started; before this run's first moment.</param>
    public static Ledger RestoredAfterBoot(SavedLedger saved, Ledger start, Moment now, Moment booted)
    {
        var last = saved.Devices.SelectMany(device => device.Pending).Select(span => span.To)
            .Concat(saved.Runners.Select(runner => runner.LastSeen))
            .Concat(saved.Open.Select(request => Moment.Max(request.Told, request.Ended ?? request.Told)))
            .Append(now)
            .Max();
        var open = Settlement.Settle(Restored(saved, start, now), last);
        open = JournalBook.Settle(RequestBooking.Settle(open, last + Ever, last), last + Ever);
        return open with
        {
            Devices = open.Devices.ToImmutableDictionary(pair => pair.Key, pair => pair.Value with { Meter = pair.Value.Meter.Rebooted(booted) }),
            Runners = ImmutableDictionary<RunnerId, RunnerState>.Empty,
            RestBook = RestBook.Empty,
            Profiles = open.Profiles.Closed(),
            Footprint = open.Footprint.Closed(),
            Hours = open.Hours.Closed(),
            Cpu = CpuTimeline.Empty,
            Loads = LoadBook.Restored(saved.Loads with { Closed = [] }),
            Journal = JournalBook.Restored(open.Journal.Save() with { Unseen = [] }),
            Requests = RequestBook.Empty with { Totals = open.Requests.Totals },
        };
    }
}
