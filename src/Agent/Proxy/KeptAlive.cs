using System.Net.Sockets;

namespace Agent.Proxy;

/// <summary>TCP's own probes on a silent connection: an answer may be silent for an hour, but a peer that is gone must be noticed.</summary>
internal static class KeptAlive
{
    /// <summary>Seconds of silence before the first probe, and between probes: what Go's servers and clients do, Ollama among them.</summary>
    private const int ProbeEvery = 15;

    /// <summary>Unanswered probes after which the connection is dead: 2½ minutes in all.</summary>
    private const int MostProbes = 9;

    /// <summary>Turns them on. Those of a listening socket pass to the connections it accepts.</summary>
    public static Socket Set(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbeEvery);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeEvery);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, MostProbes);
        return socket;
    }
}
