using System.Collections.Immutable;
using Agent.Core.Metering;

namespace Agent.Core.Attribution;

/// <summary>Whether a sensor that serves several devices works.</summary>
/// <param name="Failure">Why not; null when it works.</param>
/// <param name="Errors">How often it failed so far, by reason.</param>
public sealed record SensorHealth(Reading.Missing? Failure, ImmutableDictionary<MissingCause, long> Errors);
