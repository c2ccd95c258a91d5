using Agent.Core.Attribution;
using Agent.Core.Units;

namespace Agent.History;

/// <summary>
/// Keeps the ledger over restarts, and shows what is kept: a counter that was shown and is lower after the agent was killed
/// would be taken for a reset by Prometheus, and all of its total counted again.
/// </summary>
/// <remarks>The disk is waited for on threads of their own: no fold waits for it, and a scrape not for long.</remarks>
internal sealed class StateKeeper : BackgroundService
{
    /// <summary>What is shown is at most this old, while the disk is well.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>How long a scrape waits for the disk; then it shows what was kept last.</summary>
    private static readonly TimeSpan ScrapePatience = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a disk may take; past it what is shown is no longer what is kept.</summary>
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long the last commit may hold up the agent's end.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    /// <summary>How often a commit is made where nobody scrapes.</summary>
    private static readonly TimeSpan Unasked = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private readonly Func<Ledger> _current;
    private readonly Func<Ledger, Moment, StateFault?> _commit;
    private readonly MonotonicClock _clock;
    private readonly StateHealth _health;
    private readonly Lock _gate = new();

    private (Moment At, Ledger Ledger)? _kept;
    private (Moment Since, Task Done)? _attempt;
    private Moment _shown;

    /// <summary>A keeper that has kept nothing yet.</summary>
    /// <param name="folder">Where the state lies, to say so.</param>
    /// <param name="started">Why what was kept before could not be had; null where it could, and is what the ledger started from.</param>
    /// <param name="current">The ledger now.</param>
    /// <param name="commit">Writes a ledger of a moment; takes as long as the disk does.</param>
    public StateKeeper(
        string folder,
        StateFault? started,
        Func<Ledger> current,
        Func<Ledger, Moment, StateFault?> commit,
        MonotonicClock clock,
        ILogger<StateKeeper> log)
    {
        (_folder, _current, _commit, _clock, _health) = (folder, current, commit, clock, new StateHealth(clock, log));
        if (started is null)
        {
            _kept = (clock.Now, current());
        }
        else
        {
            _health.Failed(started);
        }
    }

    /// <summary>The totals are being kept.</summary>
    public bool Up
    {
        get
        {
            lock (_gate)
            {
                return Look();
            }
        }
    }

    /// <summary>How old the kept totals are; null where none are.</summary>
    public TimeSpan? Age
    {
        get
        {
            lock (_gate)
            {
                return _clock.Now - _kept?.At;
            }
        }
    }

    /// <summary>Times they could not be kept.</summary>
    public IReadOnlyDictionary<StateReason, long> Failures
    {
        get
        {
            lock (_gate)
            {
                return _health.Failures;
            }
        }
    }

    /// <summary>The ledger to show: as new as the disk allows, and kept; the current one where it cannot be kept.</summary>
    public async ValueTask<Ledger> ShownAsync(CancellationToken stop)
    {
        Task? commit = null;
        lock (_gate)
        {
            if (Look() && !(_kept is var (at, _) && at >= _shown && _clock.Now - at <= Freshness))
            {
                commit = Begin();
            }
        }

        if (commit is not null)
        {
            await WithinAsync(commit, ScrapePatience, stop);
        }

        lock (_gate)
        {
            // Never less than what was shown before, while it could not be kept.
            if (Look() && _kept is var (at, kept) && at >= _shown)
            {
                return kept;
            }

            var live = _current();
            _shown = _clock.Now;
            return live;
        }
    }

    /// <summary>Commits, or tries again, where it is time to.</summary>
    /// <returns>Done when what was begun is.</returns>
    public Task Step()
    {
        lock (_gate)
        {
            var due = Look() ? _kept is not var (at, _) || _clock.Now - at >= Unasked : _clock.Now >= _health.Retry;
            return due ? Begin() : _attempt?.Done ?? Task.CompletedTask;
        }
    }

    /// <summary>Keeps what came in to the last.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Task underWay;
        lock (_gate)
        {
            underWay = _attempt?.Done ?? Task.CompletedTask;
        }

        await WithinAsync(underWay, EndPatience, cancellationToken); // of an older ledger
        if (underWay.IsCompleted)
        {
            Task last;
            lock (_gate)
            {
                last = Begin();
            }

            await WithinAsync(last, EndPatience, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, _clock.Time);
        do
        {
            await WithinAsync(Step(), Pause, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>As long as that is not done, or until it is too long.</summary>
    private async Task WithinAsync(Task task, TimeSpan patience, CancellationToken stop)
    {
        try
        {
            await task.WaitAsync(patience, _clock.Time, stop);
        }
        catch (TimeoutException)
        {
            // It goes on without being waited for.
        }
    }

    /// <summary>Whether all is well; a disk that takes too long is noticed here.</summary>
    private bool Look()
    {
        if (_health.Up && _attempt is var (since, _) && _clock.Now - since > DiskPatience)
        {
            _health.Failed(StateFaults.Slow(_folder));
        }

        return _health.Up;
    }

    /// <summary>The commit that is under way, or a new one.</summary>
    private Task Begin()
    {
        if (_attempt is var (_, underWay))
        {
            return underWay;
        }

        var at = _clock.Now; // before the ledger is taken: it is at least that new
        var ledger = _current();
        var done = Task.Factory.StartNew(
            () => Finished(at, ledger, _commit(ledger, at)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _attempt = (at, done);
        return done;
    }

    private void Finished(Moment at, Ledger ledger, StateFault? fault)
    {
        lock (_gate)
        {
            _attempt = null;
            if (fault is not null)
            {
                _health.Failed(fault);
                return;
            }

            _kept = (at, ledger);
            _health.Worked();
        }
    }
}
