namespace Agent.Sensors.PowerState;

/// <summary>How it stands with a daemon on the bus, or with the bus.</summary>
internal enum BusStanding
{
    /// <summary>It was asked and may still answer.</summary>
    Asked,

    /// <summary>It told its values, and tells changes.</summary>
    Serves,

    /// <summary>Nobody runs it.</summary>
    Absent,

    /// <summary>It is there and may not be asked by us.</summary>
    Refused,

    /// <summary>It is there and does not answer.</summary>
    Silent,

    /// <summary>It answered with an error.</summary>
    Broken,

    /// <summary>There is no bus to ask.</summary>
    NoBus,

    /// <summary>There is no library to ask with.</summary>
    NoLibrary,
}
