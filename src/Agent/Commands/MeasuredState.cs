namespace Agent.Commands;

/// <summary>How a device was when joulet check had looked at it.</summary>
internal enum MeasuredState
{
    /// <summary>It told what it draws.</summary>
    Read,

    /// <summary>It slept, and was left so.</summary>
    Asleep,

    /// <summary>It had nothing to tell: a battery that is not discharged, an estimate of what is measured.</summary>
    Paused,

    /// <summary>It could not be read.</summary>
    Missing,
}
