namespace Agent.Sensors.PowerState;

/// <summary>What a message is, as the D-Bus specification numbers it.</summary>
internal enum BusMessageKind
{
    None = 0,
    Call = 1,
    Reply = 2,
    Error = 3,
    Signal = 4,
}
