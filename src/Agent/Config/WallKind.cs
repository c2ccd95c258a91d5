namespace Agent.Config;

/// <summary>How a meter at the wall is asked.</summary>
internal enum WallKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Shelly, first generation and later, over its local HTTP.</summary>
    Shelly,

    /// <summary>Tasmota over its local HTTP.</summary>
    Tasmota,

    /// <summary>Any HTTP address that answers JSON or a plain number.</summary>
    Json,

    /// <summary>A file that holds JSON or a plain number.</summary>
    File,
}
