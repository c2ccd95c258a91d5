using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Sensors.Nvml;

/// <summary>
/// Round after round of readings: starts NVML when there is something to read, reads, lets GPUs sleep, and starts anew
/// after a fault. Everything but <see cref="RefreshProcesses"/> is called by the one thread that may hang in the
/// driver.
/// </summary>
/// <remarks>
/// On servers NVML stays open for good: closing it would let the driver tear the GPU down, which costs a second and
/// full power at the next start. Only where all GPUs may sleep by themselves (laptops) and are idle is it closed, for
/// longer than they need to fall asleep. Until then they are <see cref="Reading.Missing"/>, as what they draw is not
/// known; their counters tell it afterwards if they survive. The same where it was released on request.
/// </remarks>
internal sealed class NvmlRounds(
    NvmlSession session, NvmlFiles files, NvmlRest rest, NvmlRelease release, MonotonicClock clock)
{
    /// <summary>
    /// Answers that NVML is not started, or unknown errors, in so many rounds in a row: start it anew.
    /// </summary>
    private const int MostTroubles = 3;

    private readonly NvmlRetry _retry = new();
    private readonly NvmlUseRounds _use = new(clock);
    private readonly Pace _listPace = new(TimeSpan.FromSeconds(1));
    private IReadOnlyList<string> _listed = [];
    private IReadOnlyList<string> _listedAtOpen = [];
    private int _troubles;
    private bool _released;

    /// <summary>Asks for the lists of processes sooner than every 5 s. Any thread.</summary>
    public void RefreshProcesses() => _use.Want();

    public void Close() => session.Close(NvmlFailure.Released);

    public NvmlRound Next()
    {
        var events = new List<LedgerEvent>();
        var now = clock.Now;
        var driverPresent = files.DriverPresent;
        _listed = _listPace.IsDue(now) ? files.Gpus() : _listed;
        var statuses = _listed.ToDictionary(address => address, files.RuntimeStatus);
        string[] sleeping = [.. _listed.Where(address => NvmlFiles.IsAsleep(statuses[address]))];
        if (IsReleased())
        {
            session.Close(NvmlFailure.OnRequest);
            release.Closed();
        }
        else if (!driverPresent)
        {
            session.Close(NvmlFailure.NoDriver);
        }
        else if (session.IsOpen ? MustOpenAnew(now) : MayOpen(now, sleeping.Length))
        {
            Open(now, events);
        }

        var reports = session.Gpus
            .Select(gpu => ReadEnergy(gpu, sleeping.Contains(gpu.Address), events))
            .ToImmutableArray();
        Judge(reports, now);
        var awake = session.Gpus.Where(gpu => gpu.Use is not null && !sleeping.Contains(gpu.Address)).ToList();
        _use.Read(now, awake, session.IsOpen, Around, events);
        if (driverPresent)
        {
            // What the ledger forgot with the reading that is missing, and NVML need not be asked for.
            events.AddRange(session.Gpus.Except(awake).Select(gpu =>
                new LedgerEvent.GpuStateRead(clock.Now, gpu.Device.Id, Around(gpu).AddTo(new()))));
        }

        reports = [.. reports.Zip(session.Gpus, (report, gpu) => report with { Holding = rest.Of(gpu, session.Gpus) })];
        if (session.IsOpen && rest.Begin(now, session.Gpus, sleeping) is { } idle)
        {
            session.Close(idle);
        }

        var failure = _released ? NvmlFailure.OnRequest
            : !driverPresent ? NvmlFailure.NoDriver
            : session.IsOpen && session.Gpus.All(gpu => gpu.Use is null) ? session.Unopened
            : session.IsOpen || AllSleep(sleeping.Length) ? null
            : session.Failure;
        events.Add(new LedgerEvent.SensorChecked(clock.Now, NvmlSensor.Name, failure?.Reading));
        return new([.. events], failure, _released ? null : session.Unopened, reports, [.. sleeping]);

        NvmlAround Around(NvmlGpu gpu) => new(
            statuses.GetValueOrDefault(gpu.Address),
            _released ? "released" : rest.Of(gpu, session.Gpus).IsHeld ? "held" : "may_sleep");
    }

    /// <summary>Whether somebody wants NVML left alone. When nobody does any more it is opened at once.</summary>
    private bool IsReleased()
    {
        var before = _released;
        _released = !release.MayTouch();
        if (before && !_released)
        {
            _retry.Settled();
            rest.End();
        }

        return _released;
    }

    private bool MustOpenAnew(Moment now) => _retry.IsDue(now) || !_listed.SequenceEqual(_listedAtOpen);

    private bool MayOpen(Moment now, int sleeping)
    {
        if (AllSleep(sleeping) && !rest.Wakes)
        {
            rest.End(); // whatever wakes one has work for it: it is read at once then
            return false;
        }

        return !_retry.IsWaiting(now) && (_use.IsWanted || rest.IsOver(now));
    }

    private bool AllSleep(int sleeping) => sleeping > 0 && sleeping == _listed.Count;

    private void Open(Moment now, List<LedgerEvent> events)
    {
        session.Close(NvmlFailure.Of(NvmlReturn.Uninitialized));
        var gone = session.Open();
        _listedAtOpen = _listed;
        rest.End();
        _troubles = 0;
        _use.Want();
        if (!session.IsOpen)
        {
            _retry.Later(now, session.Failure?.ByHandOnly == true);
            return;
        }

        _retry.Opened(now);
        events.AddRange(gone.Select(gpu => new LedgerEvent.DeviceRead(now, gpu.Device, NvmlFailure.Vanished.Reading)));
        events.AddRange(session.Gpus.Where(gpu => gpu.Use is not null)
            .Select(gpu => new LedgerEvent.GpuFound(clock.Now, gpu.Description)));
        if (session.Unopened is { Cause: not MissingCause.Permission } || session.Gpus.All(gpu => gpu.Use is null))
        {
            _retry.Later(now);
        }
    }

    private NvmlGpuReport ReadEnergy(NvmlGpu gpu, bool asleep, List<LedgerEvent> events)
    {
        var before = clock.Now;
        Reading reading = new Reading.Asleep();
        var answer = asleep ? NvmlReturn.Success : gpu.ReadEnergy(out reading);
        events.Add(new LedgerEvent.DeviceRead(before + ((clock.Now - before) / 2), gpu.Device, reading));
        return new(gpu.Description, gpu.Device, reading, answer, asleep ? null : gpu.Failure);
    }

    /// <summary>What the answers of a round mean for NVML as a whole.</summary>
    private void Judge(ImmutableArray<NvmlGpuReport> reports, Moment now)
    {
        var answers = reports.Select(report => report.Answer).ToHashSet();
        _troubles = answers.Overlaps([NvmlReturn.Uninitialized, NvmlReturn.Unknown]) ? _troubles + 1 : 0;
        if (!session.IsOpen)
        {
            return;
        }

        if (answers.Contains(NvmlReturn.InvalidArgument) || _troubles >= MostTroubles)
        {
            _retry.Soon(now);
        }
        else if (answers.Overlaps([NvmlReturn.GpuIsLost, NvmlReturn.ResetRequired]))
        {
            _retry.Later(now);
        }
        else if (session.Unopened is null && session.Gpus.Count > 0 && session.Gpus.All(gpu => gpu.Failure is null))
        {
            _retry.Settled();
        }
    }
}
