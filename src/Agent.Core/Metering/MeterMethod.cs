namespace Agent.Core.Metering;

/// <summary>How a device's energy is measured.</summary>
public enum MeterMethod
{
    /// <summary>By the device's own counter.</summary>
    Counter,

    /// <summary>By summing up the power it reports.</summary>
    Integrated,
}
