namespace Agent.Config;

/// <summary>Whether a sensor is used.</summary>
internal enum Enabled
{
    /// <summary>If it is there.</summary>
    Auto,

    /// <summary>It must be there: the agent does not start without it.</summary>
    True,

    /// <summary>Never touched.</summary>
    False,
}
