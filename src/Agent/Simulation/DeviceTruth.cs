using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Simulation;

/// <summary>What a device truly drew since the world began.</summary>
/// <param name="Id">A GPU's UUID, <c>package-0</c> or <c>dram</c>.</param>
/// <param name="Component">The part of the host it belongs to.</param>
/// <param name="Drawn">In all; summed apart from the accounts.</param>
/// <param name="Accounts">What for: they sum to what was drawn.</param>
internal sealed record DeviceTruth(
    string Id,
    Component Component,
    Joules Drawn,
    ImmutableDictionary<TrueAccount, Joules> Accounts);
