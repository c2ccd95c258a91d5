using System.Globalization;
using System.Net;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Ollama;

/// <summary>Decides which runners may be read, and remembers those that may.</summary>
/// <remarks>
/// A child of Ollama's server names a port on its command line. That the child itself listens there, and not another
/// user who was faster or a process of another network namespace, is checked at the kernel before it is asked anything.
/// </remarks>
internal sealed class RunnerTrust(Procfs procfs)
{
    /// <summary>How long a runner may take to open its port. It does so before it loads its model: usually within 0.1 s.</summary>
    private static readonly TimeSpan BindPatience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<RunnerId, Uri> _trusted = [];
    private readonly Dictionary<RunnerId, Moment> _firstSeen = [];

    /// <summary>Decides on one runner.</summary>
    /// <returns>Where to ask it, or why it cannot be asked; neither: it has not opened its port yet.</returns>
    public (Uri? Endpoint, string? Unreadable) Judge(RunnerId id, TrackedProcess process, OllamaServer server, Moment now)
    {
        switch (server)
        {
            case OllamaServer.Unclear unclear:
                return (null, $"{unclear.Reason} {unclear.Fix}");
            case OllamaServer.Known known when process.Kind is OllamaProcess.LlamaServer { Port: { } port }:
                return _trusted.TryGetValue(id, out var endpoint) ? (endpoint, null) : Check(id, process, known, port, now);
            case OllamaServer.Known when process.Kind is OllamaProcess.LlamaServer:
                return (null, "Its command line names no port to ask it at. Report the version of Ollama to the authors.");
            default:
                return (null, "Its engine tells nothing about its work (MLX, or Ollama before 0.30). Update Ollama to 0.30 or "
                    + "newer, or send the requests through the agent's proxy (ollama.proxy_listen).");
        }
    }

    public void Forget(RunnerId id)
    {
        _trusted.Remove(id);
        _firstSeen.Remove(id);
    }

    private (Uri? Endpoint, string? Unreadable) Check(
        RunnerId id, TrackedProcess process, OllamaServer.Known server, int port, Moment now)
    {
        if (process.User != server.User)
        {
            return (null, "It runs as another user than Ollama's server. Start it as the same user.");
        }

        _firstSeen.TryAdd(id, now);
        var own = procfs.ReadListeners(Procfs.Self);
        var host = "127.0.0.1";
        var socket = ListeningSocket.Reached(own, IPAddress.Loopback, port);
        if (socket is null)
        {
            host = "[::1]";
            socket = ListeningSocket.Reached(own, IPAddress.IPv6Loopback, port);
        }

        if (socket is null)
        {
            return (null, now - _firstSeen[id] < BindPatience ? null : NotListening(port));
        }

        if (Refusal(process, server, socket) is { } refusal)
        {
            return (null, refusal);
        }

        return (_trusted[id] = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}/")), null);
    }

    private string? Refusal(TrackedProcess process, OllamaServer.Known server, ListeningSocket socket)
    {
        if (socket.User != server.User)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Its port {socket.Port} is held by user {socket.User}, not by Ollama's. Find out who listens there (ss -ltnp) and unload the model.");
        }

        var sees = procfs.ReadListeners(process.Pid.ToString(CultureInfo.InvariantCulture))
            .Any(seen => seen.Inode == socket.Inode);
        return sees && procfs.HoldsSocket(process.Pid, socket.Inode) is not false
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Its port {socket.Port} is held by another process. Find out which (ss -ltnp), and unload the model.");
    }

    private static string NotListening(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"It does not listen on its port {port} on loopback. Look into Ollama's log, and unload the model.");
}
