using System.Collections.Immutable;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>What was booked between two states of the devices' accounts.</summary>
public sealed class Spent(
    ImmutableDictionary<string, DeviceLedger> before,
    ImmutableDictionary<string, DeviceLedger> after)
{
    /// <summary>The same of some devices.</summary>
    public Spent Only(Func<Device, bool> which) => new(
        before.RemoveRange(before.Where(pair => !which(pair.Value.Device)).Select(pair => pair.Key)),
        after.RemoveRange(after.Where(pair => !which(pair.Value.Device)).Select(pair => pair.Key)));

    /// <summary>On a category, whatever the model.</summary>
    public Joules On(Category category) => Sum(account => account.Category == category);

    /// <summary>On a category of one model.</summary>
    public Joules On(Category category, ModelKey? model) => Sum(account => account == new Account(category, model));

    public Joules Sum(Func<Account, bool> counts) => new(
        after.Values.Sum(device => Total(device, counts))
        - before.Values.Sum(device => Total(device, counts)));

    private static double Total(DeviceLedger device, Func<Account, bool> counts) =>
        device.Accounts.Where(pair => counts(pair.Key)).Sum(pair => pair.Value.Value);
}
