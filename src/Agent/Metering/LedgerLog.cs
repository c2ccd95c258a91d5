using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Reports;
using Agent.Core.Units;

namespace Agent.Metering;

/// <summary>Says what changed in what is measured, one line each: events, not values. Values are metrics.</summary>
internal sealed partial class LedgerLog(ILogger<LedgerLog> log)
{
    /// <summary>By then every device has been read.</summary>
    private static readonly TimeSpan AllRead = TimeSpan.FromSeconds(60);

    /// <summary>Advice is looked for so often: it is about minutes and hours.</summary>
    private static readonly TimeSpan AdviceEvery = TimeSpan.FromSeconds(10);

    private bool _toldUnknown;
    private Moment? _advised;
    private ImmutableHashSet<string> _advice = [];

    /// <summary>Tells what an event changed.</summary>
    public void Tell(Ledger before, Ledger after, LedgerEvent entry)
    {
        switch (entry)
        {
            case LedgerEvent.DeviceRead read:
                Tell(
                    read.Device.Sensor,
                    before.Devices.GetValueOrDefault(read.Device.Id)?.Meter.Failure,
                    after.Devices[read.Device.Id].Meter.Failure);
                break;
            case LedgerEvent.SensorChecked check:
                Tell(check.Sensor, before.Sensors.GetValueOrDefault(check.Sensor)?.Failure, check.Failure);
                break;
            case LedgerEvent.ModelNamed named when before.Names.GetValueOrDefault(ModelKey.OfBlob(named.Blob, named.Ollama)).Value != named.Name:
                ModelNamed(named.Name, named.Blob);
                break;
            case LedgerEvent.RunnerAnswered { Answer: RunnerAnswer.Serving { Counters: null } } answered
                when before.Runners.GetValueOrDefault(answered.Runner)?.Serving is null:
                NoCounters(answered.Runner.Pid);
                break;
            case LedgerEvent.TickEnded tick when !_toldUnknown && tick.At - after.Since > AllRead:
                _toldUnknown = true;
                foreach (var device in after.IdleWatts.Keys.Where(device => !after.Devices.ContainsKey(device)))
                {
                    IdleOfNone(device, string.Join(", ", after.Devices.Keys));
                }

                break;
            case LedgerEvent.TickEnded tick when _advised is not { } last || tick.At - last >= AdviceEvery:
                _advised = tick.At;
                TellAdvice(after);
                break;
            case LedgerEvent.PolicyRead { Policy.Profile: { } profile } when profile != before.Machine.Policy.Profile:
                ProfileIs(profile);
                break;
            case LedgerEvent.Resumed resumed:
                Resumed(resumed.Suspended.TotalSeconds);
                break;
        }
    }

    /// <summary>Once when a rule finds something, and once when it finds nothing any more.</summary>
    private void TellAdvice(Ledger ledger)
    {
        var found = AdviceRule.Of(ledger).DistinctBy(advice => advice.Rule).ToArray();
        foreach (var advice in found.Where(advice => !_advice.Contains(advice.Rule)))
        {
            Advise(advice.Rule, advice.Reason, advice.Fix);
        }

        var rules = found.Select(advice => advice.Rule).ToImmutableHashSet();
        foreach (var rule in _advice.Except(rules))
        {
            AdviceTaken(rule);
        }

        _advice = rules;
    }

    private void Tell(string sensor, Reading.Missing? before, Reading.Missing? after)
    {
        if (after is not null && after.Reason != before?.Reason)
        {
            SensorFailed(sensor, after.Reason);
        }
        else if (after is null && before is not null)
        {
            SensorBack(sensor);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Advice {Rule}: {Reason} {Fix}")]
    private partial void Advise(string rule, string reason, string fix);

    [LoggerMessage(Level = LogLevel.Information, Message = "Advice {Rule} is settled.")]
    private partial void AdviceTaken(string rule);

    [LoggerMessage(Level = LogLevel.Information, Message = "The power profile is {Profile}.")]
    private partial void ProfileIs(string profile);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sensor}: {Reason}")]
    private partial void SensorFailed(string sensor, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sensor} works again.")]
    private partial void SensorBack(string sensor);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Runner {Pid} does not show its counters, so its tokens are estimated; joulet check tells how to switch them on.")]
    private partial void NoCounters(int pid);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "baseline.idle_watts names {Device}, and there is no such device, so it changes nothing. The devices are: {Known}.")]
    private partial void IdleOfNone(string device, string known);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Blob} is {Model}.")]
    private partial void ModelNamed(string model, string blob);

    [LoggerMessage(Level = LogLevel.Information, Message = "The machine was suspended for {Seconds:0} s.")]
    private partial void Resumed(double seconds);
}
