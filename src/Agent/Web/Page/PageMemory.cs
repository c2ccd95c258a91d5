using Agent.Core.Attribution;
using Agent.Core.Reports;

namespace Agent.Web.Page;

/// <summary>Remembers the last hour for the status page.</summary>
internal sealed class PageMemory(Func<Ledger> ledger, TimeProvider time) : BackgroundService
{
    private volatile RecentPast _past = RecentPast.Empty;

    public RecentPast Past => _past;

    /// <summary>Looks once.</summary>
    public void Step() => _past = _past.Add(ledger());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RecentPast.Step, time);
        do
        {
            Step();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
