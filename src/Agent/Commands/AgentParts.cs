using Agent.Config;
using Agent.Metering;

namespace Agent.Commands;

/// <summary>A built agent.</summary>
internal sealed record AgentParts(WebApplication App, LedgerKeeper Keeper, IReadOnlyList<BackgroundService> Services)
    : IAsyncDisposable
{
    /// <summary>Starts it.</summary>
    /// <returns>Whether it listens; the log says why not, and what to do.</returns>
    public async Task<bool> TryStartAsync(AgentConfig config, ILogger log, CancellationToken cancel)
    {
        try
        {
            await App.StartAsync(cancel);
            return true;
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            log.CannotListen(failure.Message, config.Ollama.ProxyListen.Length > 0 ? "listen or ollama.proxy_listen" : "listen");
            return false;
        }
    }

    /// <summary>Waits, once it is started, until it is told to stop.</summary>
    /// <returns>0, or 1 where a part of it failed: then systemd should start it again.</returns>
    public async Task<int> WaitAsync(CancellationToken cancel)
    {
        await App.WaitForShutdownAsync(cancel);
        return Services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
