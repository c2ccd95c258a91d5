namespace Agent.Proxy;

/// <summary>What some bytes of an event stream are.</summary>
internal enum EventPart
{
    /// <summary>Of a data line, what comes after <c>data: </c>.</summary>
    Data,

    /// <summary>The line break that ends an event.</summary>
    End,

    /// <summary>Anything else.</summary>
    Other,
}
