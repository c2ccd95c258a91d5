using System.Threading.Channels;
using Agent.Core.Attribution;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Agent.History;

/// <summary>Writes the ledger's hours to history, and tells it which it may forget.</summary>
/// <remarks>
/// It writes hours as they are, not what was added: written twice, or by an agent that was killed and goes on from a little
/// earlier, they are the same. The disk is waited for on a thread of its own; until it is there again the ledger keeps its hours.
/// </remarks>
internal sealed partial class HistoryKeeper(
    StateFolder folder, int days, Func<Ledger> current, MonotonicClock clock, ChannelWriter<LedgerEvent> events, ILogger<HistoryKeeper> log) : BackgroundService
{
    private const long Hour = 3600;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private string? _said;
    private string? _damage;
    private volatile bool _up = true;

    /// <summary>It is being written.</summary>
    public bool Up => _up;

    /// <summary>Writes the hours there are.</summary>
    /// <returns>What the ledger may be told then; null where there is nothing to tell.</returns>
    public LedgerEvent.HistoryKept? Step()
    {
        var hours = current().Hours;
        if (hours.Now is not { } now || Write(hours, now - (days * 24 * Hour)) is { } problem && Fail(problem))
        {
            return null;
        }

        if (!_up)
        {
            SaidWell();
        }

        (_up, _said) = (true, null);
        return hours.Starts.FirstOrDefault(now) < now - Hour ? new LedgerEvent.HistoryKept(clock.Now, now - Hour) : null; // joules are booked late
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

    private string? Write(HourBook hours, long forgotten)
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
            file.Write(hours, forgotten);
            return null;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            _damage = failure.Message;
            return Write(hours, forgotten);
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
