using System.Net.Sockets;
using Agent.Config;
using Agent.Metering;

namespace Agent.Commands;

/// <summary>A built agent.</summary>
/// <param name="App">Its host.</param>
/// <param name="Keeper">Who keeps its ledger.</param>
/// <param name="Services">What it does all the time.</param>
/// <param name="Control">The socket of joulet's own commands; the host disposes of it only if it was started.</param>
internal sealed record AgentParts(WebApplication App, LedgerKeeper Keeper, IReadOnlyList<BackgroundService> Services, Socket? Control)
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
        catch (Exception failure) when (failure is IOException or SocketException)
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

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        Control?.Dispose();
    }
}
