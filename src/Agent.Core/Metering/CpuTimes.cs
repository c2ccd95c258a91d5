using System.Collections.Immutable;

namespace Agent.Core.Metering;

/// <summary>Processor time used since boot, in core-seconds.</summary>
/// <param name="Busy">All processors together: everything but idle and waiting for I/O.</param>
/// <param name="Processors">How many processors are online.</param>
/// <param name="Server">Ollama's server process; null while none is found.</param>
/// <param name="ByPid">Its runners.</param>
public sealed record CpuTimes(
    double Busy,
    int Processors,
    double? Server,
    ImmutableDictionary<int, double> ByPid);
