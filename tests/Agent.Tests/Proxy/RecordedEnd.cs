namespace Agent.Tests.Proxy;

/// <summary>How a recorded exchange ended, as its client saw it.</summary>
internal enum RecordedEnd
{
    /// <summary>The answer ended as HTTP says it does.</summary>
    Complete,

    /// <summary>The server closed the connection: the end of an answer without a length, or a break.</summary>
    ServerClosed,

    /// <summary>The client closed the connection.</summary>
    ClientClosed,

    /// <summary>The client gave up after two minutes without a byte.</summary>
    TimedOut,
}
