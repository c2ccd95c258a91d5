using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;

namespace Agent.Core.Reports;

/// <summary>Joules per generated token over the last five minutes, by its two boundaries.</summary>
/// <param name="Active">Prompt and generation.</param>
/// <param name="Full">That, the model's own load and loaded idle, and its share of idle by active energy.</param>
/// <param name="Generation">Generation alone.</param>
/// <param name="Prompt">Prompt evaluation per evaluated prompt token; null where too few were evaluated to tell.</param>
/// <param name="Error">By what part of it the active figure may be off, at the bound: see <see cref="DoubtBook"/>.</param>
/// <param name="ActiveEstimated">What part of the active figure is estimated, not measured: 0 to 1.</param>
/// <param name="FullEstimated">The same of the full figure.</param>
public sealed record JoulesPerToken(
    double Active, double Full, double Generation, double? Prompt, double Error, double ActiveEstimated, double FullEstimated)
{
    /// <summary>How far back it looks.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Fewer tokens tell nothing.</summary>
    private const long FewestTokens = 30;

    /// <summary>Less generation tells nothing: counters of energy move in steps of 100 ms.</summary>
    private const double FewestSeconds = 1;

    /// <summary>With more than this share of a model's joules unmetered, its tokens stand against too few of them.</summary>
    private const double MostUnmetered = 0.05;

    /// <summary>Null where too little was generated to tell, or too little of what it drew is known to be its prompts' and generations'.</summary>
    public static JoulesPerToken? Of(Ledger ledger, ModelKey model)
    {
        if (ledger.Checkpoints.IsEmpty || !ledger.Models.TryGetValue(model, out var now))
        {
            return null;
        }

        var before = ledger.Checkpoints.Peek();
        var earlier = before.Models.GetValueOrDefault(model, ModelTotals.None);
        var tokens = now.Tokens.Generated - earlier.Tokens.Generated;
        if (tokens < FewestTokens || now.Slots.Generation - earlier.Slots.Generation < FewestSeconds)
        {
            return null;
        }

        var spent = new Spent(before.Devices, ledger.Devices);
        var active = Active(spent);
        if (active <= Joules.Zero || spent.On(Category.Unmetered, model) > (active * MostUnmetered))
        {
            return null;
        }

        var allActive = spent.On(Category.Prompt) + spent.On(Category.Generation);
        var full = Full(spent);
        var estimated = spent.Only(device => device.Kind is DeviceKind.EstimatedCpu or DeviceKind.EstimatedRest);
        var evaluated = now.Tokens.Prompt - earlier.Tokens.Prompt;
        var enough = evaluated >= FewestTokens && now.Slots.Prompt - earlier.Slots.Prompt >= FewestSeconds;
        return new JoulesPerToken(
            active.Value / tokens,
            full.Value / tokens,
            spent.On(Category.Generation, model).Value / tokens,
            enough ? spent.On(Category.Prompt, model).Value / evaluated : null,
            (Doubt(ledger.Devices.Values, model) - Doubt(before.Devices.Values, model)) / active,
            Active(estimated) / active,
            Full(estimated) / full);

        Joules Active(Spent part) => part.On(Category.Prompt, model) + part.On(Category.Generation, model);

        Joules Full(Spent part) => Active(part) + part.On(Category.Load, model) + part.On(Category.LoadedIdle, model)
            + (part.On(Category.Idle) * (active / allActive));
    }

    private static Joules Doubt(IEnumerable<DeviceLedger> devices, ModelKey model) => new(devices
        .Where(device => device.Device.Component is not null)
        .Sum(device => device.Doubts.Accounts.GetValueOrDefault(new Account(Category.Generation, model)).Value));
}
