using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <summary>What of a device's ledger outlives the agent.</summary>
/// <param name="Measured">All that was measured: the sum of accounts and pending spans.</param>
/// <param name="Accounts">Joules.</param>
/// <param name="Solo">Watts that each account draws alone.</param>
/// <param name="Pending">Measured and not booked yet.</param>
/// <param name="Debt">Baseline that was due and not there.</param>
public sealed record SavedDevice(
    Device Device,
    SavedMeter Meter,
    Joules Measured,
    ImmutableArray<SavedAccount> Accounts,
    SavedBaseline Baseline,
    ImmutableArray<SavedAccount> Solo,
    ImmutableArray<EnergySpan> Pending,
    Joules Debt);
