namespace Agent.Core.Metering;

/// <summary>Why the energy of some time is not known.</summary>
public enum GapCause
{
    /// <summary>The counter started anew in it.</summary>
    Reset,

    /// <summary>The sensor was silent for so long that the counter may have wrapped more than once.</summary>
    Silent,

    /// <summary>The machine was suspended.</summary>
    Suspend,

    /// <summary>The agent was down. What the counter tells of that time is booked, when it was drawn is not known.</summary>
    Restart,
}
