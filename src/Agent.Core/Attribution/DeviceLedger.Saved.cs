using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Core.Attribution;

/// <content>What outlives the agent.</content>
public sealed partial record DeviceLedger
{
    public SavedDevice Save() => new(
        Device,
        Meter.Save(),
        Measured,
        [.. Accounts.Select(pair => new SavedAccount(pair.Key.Category, pair.Key.Model, pair.Value.Value))],
        Baseline.Save(),
        Solo.Save(),
        [.. Pending],
        Debt);

    /// <summary>The device as it was.</summary>
    /// <param name="idle">Idle watts the operator gives now; null where none.</param>
    public static DeviceLedger Restored(SavedDevice saved, Watts? idle) => new(saved.Device)
    {
        Meter = EnergyMeter.Restored(saved.Meter),
        Measured = saved.Measured,
        Accounts = saved.Accounts.ToImmutableDictionary(
            account => new Account(account.Category, account.Model), account => new Joules(account.Value)),
        Baseline = BaselineBook.Restored(saved.Baseline) with { Override = idle },
        Solo = SoloBook.Restored(saved.Solo),
        Pending = [.. saved.Pending],
        PendingCount = saved.Pending.Length,
        Debt = saved.Debt,
    };
}
