using Agent.Config;
using Agent.Web;

namespace Agent.Commands;

/// <summary>Tells the running agent to let go of NVML, so that the driver can be upgraded or a GPU reset, or to take it up again.</summary>
internal static class NvmlCommand
{
    /// <summary>Asks, and prints what it said.</summary>
    /// <param name="path">What is asked for: a path of <see cref="ControlSocket"/>.</param>
    /// <returns>0, or 1 where it is not done.</returns>
    public static async Task<int> RunAsync(AgentConfig config, HttpMethod method, string path, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        using var agent = new RunningAgent(config);
        var (done, text) = await agent.AskAsync(method, path, cancel);
        if (text is not null)
        {
            await (done ? output : errors).WriteAsync(text);
            return done ? 0 : 1;
        }

        await errors.WriteLineAsync(ControlSocket.PathIn(config.Paths.State) is { } socket
            ? $"joulet: no agent answers at {socket}. It must run, and you must be its user or root: sudo joulet nvml ... If it runs in a container, run this there."
            : "joulet: without a folder for its state (paths.state) the agent has no socket. Send it a signal: SIGUSR1 releases NVML, SIGUSR2 takes it up again (systemctl kill -s SIGUSR1 joulet).");
        return 1;
    }
}
