using System.Collections.Immutable;
using Agent.Core.Attribution;

namespace Agent.Sensors.Nvml;

/// <summary>What one round of readings found.</summary>
/// <param name="Events">What is to be booked.</param>
/// <param name="Failure">Why NVML as a whole does not work; null if it does.</param>
/// <param name="Unopened">Why a GPU could not be opened; null if all could.</param>
/// <param name="Gpus">Each known GPU.</param>
/// <param name="Sleeping">The PCI addresses of GPUs that sleep, known or not.</param>
internal sealed record NvmlRound(
    ImmutableArray<LedgerEvent> Events,
    NvmlFailure? Failure,
    NvmlFailure? Unopened,
    ImmutableArray<NvmlGpuReport> Gpus,
    ImmutableArray<string> Sleeping);
