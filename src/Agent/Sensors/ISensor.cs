using Agent.Core.Attribution;

namespace Agent.Sensors;

/// <summary>A source of readings: RAPL, NVML. It finds its devices, and finds them again when they come and go.</summary>
internal interface ISensor
{
    /// <summary>What there is to read, for <c>joulet check</c> and the log; reads once, changes nothing.</summary>
    IReadOnlyList<Finding> Check();

    /// <summary>
    /// Reads every device once. An expected failure is a reading that says so; nothing is thrown for it. Called by one
    /// thread, at the sampling pace; must return within a fraction of it, whatever the hardware does.
    /// </summary>
    IEnumerable<LedgerEvent> Read();
}
