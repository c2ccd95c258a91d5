using System.Text.Json;
using Agent.Config;
using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.History;

/// <summary>The agent's state on the disk, through what can happen to a disk. A call takes as long as the disk does.</summary>
internal sealed partial class StateStore(PathsConfig paths, MonotonicClock clock, ILogger<StateStore> log) : IDisposable
{
    /// <summary>How long the agent's start waits for the disk; then it starts without.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private readonly Lock _turn = new();
    private readonly StateFolder _folder = new(paths.State);
    private readonly string? _boot = BootId.Read(paths.Procfs);
    private readonly string _run = $"{Guid.NewGuid()}";

    /// <summary>The run whose state this one started from: it may be overwritten, as its own may.</summary>
    private string? _before;
    private StateFile? _file;

    public string Folder => paths.State;

    /// <summary>A ledger that goes on from what was kept; the same one where nothing was.</summary>
    /// <returns>The ledger; and why what may be there could not be had.</returns>
    public (Ledger Start, StateFault? Fault) Restore(Ledger start)
    {
        var taking = Task.Factory.StartNew(() => Take(start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny([taking], StartPatience) < 0)
        {
            return (start, StateFaults.Slow(Folder)); // what it finds later was not taken up
        }

        (var restored, _before, var fault) = taking.Result;
        return (restored, fault);
    }

    /// <summary>Keeps a ledger: where no fault is returned, it is on the disk.</summary>
    /// <param name="at">When it was current.</param>
    public StateFault? Commit(Ledger ledger, Moment at) => Try(file =>
    {
        if (file.Stamp is { } stamp && stamp.Run != _run && stamp.Run != _before)
        {
            return StateFaults.NotTakenUp(Folder);
        }

        file.Commit(LedgerRows.Parts, LedgerRows.Of(ledger), new StateStamp
        {
            Run = _run,
            Boot = _boot,
            Written = clock.Time.GetUtcNow(),
            SinceBoot = clock.Origin + at.SinceOrigin,
            Origin = clock.Origin,
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

    private (Ledger Restored, string? Run, StateFault? Fault) Take(Ledger start)
    {
        var (restored, run) = (start, (string?)null);
        var fault = Try(file =>
        {
            try
            {
                (restored, run) = file.Stamp is { } stamp ? (LedgerRows.Restore(start, file.Rows), stamp.Run) : (start, null);
            }
            catch (JsonException failure)
            {
                PutAside(failure.Message);
            }

            return null;
        });
        return (restored, run, fault);
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
        SaidDamaged(_folder.File, why, _folder.PutAside(clock.Time.GetUtcNow()));
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} is damaged ({Why}): it is set aside as {Aside}, and totals start anew. Look at the disk (dmesg); delete the damaged file when you have no more use for it.")]
    private partial void SaidDamaged(string file, string why, string aside);
}
