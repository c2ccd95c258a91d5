using Agent.Core.Units;

namespace Agent.Recording;

/// <summary>Watts as a number.</summary>
internal sealed class WattsJson() : NumberJson<Watts>(watts => watts.Value, value => new Watts(value));
