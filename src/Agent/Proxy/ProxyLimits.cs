namespace Agent.Proxy;

/// <summary>What the proxy bounds. Bodies, answers and times have no bound of its own: those are Ollama's.</summary>
internal static class ProxyLimits
{
    /// <summary>Connections of clients at once; more are closed as they come. Each costs two descriptors of the agent's.</summary>
    public const int Connections = 4096;

    /// <summary>Longest head of a request, in bytes: as in Go. A longer one gets a 431.</summary>
    public const int HeadBytes = 1024 * 1024;

    /// <summary>Most fields of a head. Go has no bound but its length.</summary>
    public const int HeadFields = 16 * 1024;

    /// <summary>
    /// How long a client may be silent before a request or within its head. As good as for ever, as it is with Ollama; for ever itself is
    /// past the end of the server's clock, and it would close every silent connection within a second.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(3650);

    /// <summary>How long answers under way may go on when the agent stops.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
}
