using System.Net.Sockets;
using Agent.Core.Attribution;
using Agent.Core.Reports;
using Agent.Export;
using Agent.History;
using Agent.Web;

namespace Agent.Commands;

/// <summary>Lets joulet's own commands reach the running agent.</summary>
internal static partial class AgentControl
{
    /// <summary>Listens in the folder of the state.</summary>
    /// <returns>Null where that cannot be, which the log tells, or nothing is kept.</returns>
    public static Socket? Listen(StateStore? store, ILogger log)
    {
        if (store is null)
        {
            return null;
        }

        if (store.Fault is { Reason: StateReason.Slow } slow)
        {
            log.Unreachable(slow.Text); // a disk that hangs is not touched again: the start would hang too
            return null;
        }

        var (socket, problem) = ControlSocket.TryListen(store.Folder);
        if (problem is not null)
        {
            log.Unreachable(problem);
        }

        return socket;
    }

    /// <summary>What they may ask for.</summary>
    public static ControlActions Actions(NvmlControl nvml, Func<Ledger> ledger) => new(
        () => AdviceJson.Write(AdviceRule.Of(ledger())),
        () => Line(nvml.State),
        async cancel =>
        {
            var done = await nvml.ReleaseAsync(cancel);
            return (done ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, Line(nvml.State));
        },
        () => Line(nvml.Hold()));

    private static string Line(string text) => $"{text}\n";

    [LoggerMessage(Level = LogLevel.Warning, Message = "joulet nvml and joulet check cannot ask this agent, only read its metrics: {Problem}")]
    private static partial void Unreachable(this ILogger log, string problem);
}
