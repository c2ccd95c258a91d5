using System.Collections.Immutable;
using Agent.Core.Metering;
using Agent.Core.Units;

namespace Agent.Simulation;

/// <summary>What truly happened on the simulated machine, to hold against what the agent measured.</summary>
/// <param name="At">Since the world began.</param>
internal sealed record Truth(
    TimeSpan At,
    ImmutableArray<DeviceTruth> Devices,
    ImmutableArray<ModelTruth> Models)
{
    /// <summary>What each model did under each power profile there was.</summary>
    public ImmutableDictionary<(string Model, string Profile), ProfileTruth> Profiles { get; init; } =
        ImmutableDictionary<(string, string), ProfileTruth>.Empty;

    /// <summary>What all devices drew.</summary>
    public Joules Drawn => Sum(Devices.Select(device => device.Drawn));

    /// <summary>What all devices drew for one category, of one model or of all, in one component or in all.</summary>
    public Joules Spent(TrueCategory category, string? model = null, Component? component = null) =>
        Sum(from device in Devices
            where component is null || device.Component == component
            from account in device.Accounts
            where account.Key.Category == category && (model is null || account.Key.Model == model)
            select account.Value);

    /// <summary>Prompt and generation, over all components.</summary>
    public Joules Active(string model) => Spent(TrueCategory.Prompt, model) + Spent(TrueCategory.Generation, model);

    /// <summary><see cref="Active"/> by generated token; null where none was generated.</summary>
    public double? ActiveJoulesPerToken(string model)
    {
        var tokens = Models.Single(one => one.Name == model).Generated;
        return tokens == 0 ? null : Active(model).Value / tokens;
    }

    private static Joules Sum(IEnumerable<Joules> parts) =>
        parts.Aggregate(Joules.Zero, (sum, part) => sum + part);
}
