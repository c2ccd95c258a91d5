using System.Text.Json;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.History;

/// <summary>The agent's state on the disk, through what can happen to a disk. A call takes as long as the disk does.</summary>
internal sealed partial class StateStore : IDisposable
{
    /// <summary>How long the agent's start waits for the disk; then it starts without.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private readonly Lock _turn = new();
    private readonly StateFolder _folder;
    private readonly ILogger<StateStore> _log;
    private readonly string _run = $"{Guid.NewGuid()}";
    private readonly string? _boot;
    private readonly KeptState? _kept;
    private readonly bool _sameBoot;
    private StateFile? _file;

    /// <summary>Reads what was kept.</summary>
    public StateStore(PathsConfig paths, TimeProvider time, ILogger<StateStore> log)
    {
        _folder = new StateFolder(paths.State);
        _log = log;
        Clock = new MonotonicClock(time);
        _boot = BootId.Read(paths.Procfs);
        var reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // What it finds later was not taken up.
        (_kept, Fault) = Task.WaitAny([reading], StartPatience) < 0 ? (null, StateFaults.Slow(Folder)) : reading.Result;
        _sameBoot = _kept?.IsOfThisBoot(_boot, Clock.Origin) == true;
        Clock = _sameBoot ? new MonotonicClock(time, _kept!.Stamp.Origin) : Clock;
    }

    public string Folder => _folder.Path;

    /// <summary>Why what may be there could not be read; null where it was, or there was nothing.</summary>
    public StateFault? Fault { get; }

    /// <summary>This run's clock: within a boot moments mean the same in every run.</summary>
    public MonotonicClock Clock { get; }

    /// <summary>What the ledger goes on from; null where nothing was kept.</summary>
    public SavedLedger? Kept => _kept?.Ledger;

    /// <summary>When the machine was started, where that was after the ledger was kept; null in the same boot.</summary>
    public Moment? Booted => _kept is null || _sameBoot ? null : Clock.At(TimeSpan.Zero);

    /// <summary>When the ledger was kept last, in this boot; null in another one, or where nothing was.</summary>
    public DateTimeOffset? Ended => _sameBoot ? _kept?.Stamp.Written : null;

    /// <summary>A ledger that goes on from what was kept; the same one where nothing was.</summary>
    public Ledger Restore(Ledger start) => _kept?.Restore(start, Clock, _sameBoot) ?? start;

    /// <summary>Keeps a ledger: where no fault is returned, it is on the disk.</summary>
    /// <param name="at">When it was current.</param>
    public StateFault? Commit(Ledger ledger, Moment at) => Try(file =>
    {
        if (file.Stamp is { } stamp && stamp.Run != _run && stamp.Run != _kept?.Stamp.Run)
        {
            return StateFaults.NotTakenUp(Folder);
        }

        file.Commit(LedgerRows.Parts, LedgerRows.Of(ledger), new StateStamp
        {
            Run = _run,
            Boot = _boot,
            Written = Clock.Time.GetUtcNow(),
            SinceBoot = Clock.Origin + at.SinceOrigin,
            Origin = Clock.Origin,
        });
        return null;
    });

    /// <summary>Closes the file; leaves it to the system where the disk does not let go of it.</summary>
    public void Dispose()
    {
        if (_turn.TryEnter())
        {
            Close();
            _turn.Exit();
        }
    }

    private (KeptState? Kept, StateFault? Fault) Read()
    {
        KeptState? kept = null;
        var fault = Try(file =>
        {
            try
            {
                if (file.Stamp is { } stamp)
                {
                    var (ledger, places) = LedgerRows.Read(file.Rows);
                    kept = new KeptState(stamp, ledger, places);
                }
            }
            catch (JsonException failure)
            {
                PutAside(failure.Message);
            }

            return null;
        });
        return (kept, fault);
    }

    private StateFault? Try(Func<StateFile, StateFault?> use)
    {
        lock (_turn)
        {
            StateFault? fault;
            try
            {
                if (!File.Exists(_folder.File))
                {
                    Close(); // somebody removed it, and SQLite would go on writing where nobody finds it
                }

                fault = Open() ?? use(_file!);
            }
            catch (Exception failure) when (StateFaults.IsExpected(failure))
            {
                fault = StateFaults.Of(failure, Folder);
            }

            // On a full disk it stays open, and locked; all else is looked at anew next time.
            if (fault is { Reason: not StateReason.Full })
            {
                Close();
            }

            return fault;
        }
    }

    private StateFault? Open()
    {
        if (_file is not null)
        {
            return null;
        }

        _folder.Make();
        var opening = StateFile.Open(_folder.File);
        if (opening is StateOpening.Damaged { Why: var why })
        {
            PutAside(why);
            opening = StateFile.Open(_folder.File);
        }

        _file = (opening as StateOpening.Opened)?.File;
        return opening switch
        {
            StateOpening.Newer newer => StateFaults.Newer(Folder, newer.Version),
            StateOpening.Damaged again => StateFaults.Failed(Folder, again.Why),
            _ => null,
        };
    }

    private void PutAside(string why)
    {
        Close();
        SaidDamaged(_folder.File, why, _folder.PutAside(Clock.Time.GetUtcNow()));
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} is damaged ({Why}): it is set aside as {Aside}, and totals start anew. Look at the disk (dmesg); delete the damaged file when you have no more use for it.")]
    private partial void SaidDamaged(string file, string why, string aside);
}
