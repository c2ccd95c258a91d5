using System.Threading.Channels;
using Agent.Core.Attribution;
using Agent.Core.Units;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Agent.History;

/// <summary>Writes the ledger's hours to history, and tells it which it may forget.</summary>
/// <remarks>
/// It writes hours as they are, not what was added: written twice, or by an agent that was killed and goes on from a little
/// earlier, they are the same. The disk is waited for on a thread of its own; until it is there again the ledger keeps its hours.
/// </remarks>
/// <param name="folder">Where it lies.</param>
/// <param name="days">Days that are kept.</param>
/// <param name="start">The hours that the agent went on from; empty where it began anew.</param>
/// <param name="current">The ledger now.</param>
internal sealed partial class HistoryKeeper(
    StateFolder folder, int days, HistoryStart start, Func<Ledger> current, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILogger<HistoryKeeper> log) : BackgroundService
{
    private const long Hour = 3600;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Before that a device may still tell what it drew while the agent was down: no hour is over yet.</summary>
    private static readonly TimeSpan AllBack = TimeSpan.FromMinutes(6);

    /// <summary>A disk that has not answered by then does not.</summary>
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(10);

    private readonly HistoryFloor _floor = new(start);
    private string? _said;
    private string? _damage;
    private readonly Moment _since = clock.Now;
    private volatile bool _up = true;
    private long _writing;

    /// <summary>It is being written.</summary>
    public bool Up => _up && (Interlocked.Read(ref _writing) is not (not 0 and var began) || clock.Time.GetElapsedTime(began) < DiskPatience);

    /// <summary>Writes the hours there are.</summary>
    /// <returns>What the ledger may be told then; null where there is nothing to tell.</returns>
    public LedgerEvent.HistoryKept? Step()
    {
        var hours = current().Hours;
        if (hours.Now is not { } now || Timed(hours, now) is { } problem && Fail(problem))
        {
            return null;
        }

        if (!_up)
        {
            SaidWell();
        }

        (_up, _said) = (true, null);

        // Joules are booked late: the last hour is kept open. A clock that is ahead tells of hours to come, and closes none but those that are written.
        var over = hours.Starts.LastOrDefault(start => start < now - Hour, -1);
        return over >= 0 && clock.Now - _since >= AllBack ? new LedgerEvent.HistoryKept(clock.Now, Math.Min(now, over + Hour)) : null;
    }

    /// <summary>Writes the last of it.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAny(Task.Run(Step, CancellationToken.None), Task.Delay(TimeSpan.FromSeconds(5), clock.Time, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var kept = await Task.Factory.StartNew(Step, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(stoppingToken);
            if (kept is not null)
            {
                await events.WriteAsync(kept, stoppingToken);
            }
        }
    }

    private string? Timed(HourBook hours, long now)
    {
        Interlocked.Exchange(ref _writing, clock.Time.GetTimestamp());
        try
        {
            return Write(hours, now);
        }
        finally
        {
            Interlocked.Exchange(ref _writing, 0);
        }
    }

    private string? Write(HourBook hours, long now)
    {
        try
        {
            folder.Make();
            if (_damage is { } damage)
            {
                _damage = null;
                return $"it was damaged ({damage}), and is set aside as {folder.PutAside(clock.Time.GetUtcNow())}; a new one is begun.";
            }

            var (connection, problem) = HistorySchema.Open(folder.File, write: true);
            if (connection is null)
            {
                return $"{problem}.";
            }

            File.SetUnixFileMode(folder.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using var file = new HistoryFile(connection);
            _floor.Look(file, hours.Starts);
            file.Write(_floor.Cells(hours), _floor.Tokens(hours), now, days);
            return null;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            _damage = failure.Message;
            return Write(hours, now);
        }
        catch (Exception failure) when (StateFaults.IsExpected(failure))
        {
            var fault = StateFaults.Of(failure, folder.Path);
            return $"{failure.Message}. {fault.Fix}";
        }
    }

    private bool Fail(string problem)
    {
        _up = false;
        if (problem != _said)
        {
            _said = problem;
            SaidFault(folder.File, problem);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}, which reports are made from, cannot be written: {Problem} Until it can, its hours are kept in memory.")]
    private partial void SaidFault(string file, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "History is written again.")]
    private partial void SaidWell();
}
