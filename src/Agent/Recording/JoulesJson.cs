using Agent.Core.Units;

namespace Agent.Recording;

/// <summary>Joules as a number.</summary>
internal sealed class JoulesJson() : NumberJson<Joules>(joules => joules.Value, value => new Joules(value));
