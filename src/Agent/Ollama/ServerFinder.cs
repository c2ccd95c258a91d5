using System.Globalization;

namespace Agent.Ollama;

/// <summary>Finds the process that answers at Ollama's address.</summary>
/// <remarks>
/// Any local user can start something called <c>ollama serve</c>. What the agent reads tokens from must be the one that
/// holds the socket the configured address leads to: the kernel tells the socket's owner and number to everyone, and
/// who has it open to the owner and root.
/// </remarks>
internal sealed class ServerFinder(Procfs procfs, Upstream upstream)
{
    private const string UseProxy = "or send the requests through the agent's proxy (ollama.proxy_listen)";

    /// <summary>Looks for it.</summary>
    /// <param name="processes">Looked at just now.</param>
    /// <param name="own">The sockets that listen in the agent's network namespace.</param>
    public OllamaServer Find(ProcessTable processes, IReadOnlyList<ListeningSocket> own)
    {
        var servers = Servers(processes);
        if (upstream.Loopbacks.Count == 0)
        {
            return new OllamaServer.Unclear(
                [.. servers.Select(server => server.Pid)],
                $"Ollama is asked at {upstream}, which is not a loopback address, so its runners cannot be read.",
                string.Create(CultureInfo.InvariantCulture, $"If it runs on this machine, set {upstream.Key} to http://127.0.0.1:{upstream.Port}; else run the agent on its machine."));
        }

        var socket = upstream.Loopbacks
            .Select(address => ListeningSocket.Reached(own, address, upstream.Port))
            .FirstOrDefault(found => found is not null);
        return socket is null ? WithoutSocket(servers, own) : Holding(socket, servers, own);
    }

    /// <summary>The processes that call themselves Ollama's server, without those on their way to be a child's program.</summary>
    private static TrackedProcess[] Servers(ProcessTable processes) =>
    [
        .. processes.Processes.Where(process => process.Kind is OllamaProcess.Server
            && processes.Find(process.Stat.Parent)?.Kind is not OllamaProcess.Server),
    ];

    private OllamaServer WithoutSocket(TrackedProcess[] servers, IReadOnlyList<ListeningSocket> own)
    {
        var elsewhere = Elsewhere(servers, own);
        return elsewhere.Length > 0 ? InOtherNamespace(elsewhere) : new OllamaServer.Down();
    }

    private OllamaServer Holding(ListeningSocket socket, TrackedProcess[] servers, IReadOnlyList<ListeningSocket> own)
    {
        var candidates = new List<TrackedProcess>();
        foreach (var server in servers.Where(server => server.User == socket.User && Sees(server, socket)))
        {
            switch (procfs.HoldsSocket(server.Pid, socket.Inode))
            {
                case true:
                    return new OllamaServer.Known(server.Pid, socket.User);
                case null:
                    candidates.Add(server);
                    break;
                case false:
                    break;
            }
        }

        return candidates switch
        {
            [var only] => new OllamaServer.Known(only.Pid, socket.User),
            [] => NotSeen(servers, own),
            _ => new OllamaServer.Unclear(
                [.. candidates.Select(candidate => candidate.Pid)],
                $"{candidates.Count} Ollama servers of one user run here, and which of them answers at {upstream} cannot be told.",
                "Grant the agent CAP_SYS_PTRACE, or run the servers as different users."),
        };
    }

    private OllamaServer.Unclear NotSeen(TrackedProcess[] servers, IReadOnlyList<ListeningSocket> own)
    {
        var elsewhere = Elsewhere(servers, own);
        if (elsewhere.Length > 0)
        {
            return InOtherNamespace(elsewhere);
        }

        return procfs.HidesProcesses
            ? new OllamaServer.Unclear(
                [],
                "/proc hides the processes of other users (hidepid), so Ollama's runners cannot be found.",
                "Add the agent's user to the group that the mount option gid= of /proc names, or mount /proc without hidepid.")
            : new OllamaServer.Unclear(
                [],
                $"What listens at {upstream} is not an 'ollama serve' that this agent can see.",
                $"If Ollama runs in a container, let the agent share its process and network namespaces, {UseProxy}.");
    }

    private static OllamaServer.Unclear InOtherNamespace(TrackedProcess[] servers) => new(
        [.. servers.Select(server => server.Pid)],
        "Ollama runs in another network namespace (a container), where the agent cannot reach its runners.",
        $"Let both share one network namespace (network_mode: host, or service:ollama for the agent's container), {UseProxy}.");

    /// <summary>Those that listen, but in a network namespace that shares no socket with the agent's.</summary>
    private TrackedProcess[] Elsewhere(TrackedProcess[] servers, IReadOnlyList<ListeningSocket> own)
    {
        var known = own.Select(socket => socket.Inode).ToHashSet();
        return [.. servers.Where(server => ListenersOf(server) is { Count: > 0 } theirs
            && !theirs.Any(socket => known.Contains(socket.Inode)))];
    }

    private bool Sees(TrackedProcess server, ListeningSocket socket) =>
        ListenersOf(server).Any(seen => seen.Inode == socket.Inode);

    private IReadOnlyList<ListeningSocket> ListenersOf(TrackedProcess process) =>
        procfs.ReadListeners(process.Pid.ToString(CultureInfo.InvariantCulture));
}
