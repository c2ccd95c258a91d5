using Agent.Metering;

namespace Agent.Commands;

/// <summary>A built agent.</summary>
internal sealed record AgentParts(WebApplication App, LedgerKeeper Keeper, IReadOnlyList<BackgroundService> Services)
    : IAsyncDisposable
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <returns>0, or 1 where a part of it failed: then systemd should start it again.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        await App.StartAsync(cancel);
        await App.WaitForShutdownAsync(cancel);
        return Services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
