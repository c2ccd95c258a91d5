namespace Agent.Export;

/// <summary>How well the totals are kept over restarts.</summary>
/// <param name="Up">They are being kept.</param>
/// <param name="AgeSeconds">How old the kept ones are; null where none are.</param>
/// <param name="Failures">Times they could not be kept, by reason.</param>
internal sealed record StateVitals(bool Up, double? AgeSeconds, IReadOnlyDictionary<string, long> Failures);
