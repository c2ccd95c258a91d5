using Agent.Core.Attribution;

namespace Agent.Export;

/// <summary>What models cost and did under each power profile: divided by each other, what a profile does to joules per token.</summary>
internal static class ProfileMetrics
{
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_model_energy_by_profile_joules_total", MetricType.Counter,
            "Energy of prompts and generation by the machine's power profile at the time, over all components, estimated ones too; unknown is the time when no profile could be told. "
            + "Absent on machines without profiles.",
            ["model", "profile", "category", MetricRow.Ollama],
            snapshot => Totals(snapshot).SelectMany(pair => pair.Value.Energy.Where(part => part.Key is Category.Prompt or Category.Generation).Select(part =>
                Sample.Of(pair.Key.Model, part.Value.Value, pair.Key.Profile, Labels.Of(part.Key))))),
        new("joulet_model_tokens_by_profile_total", MetricType.Counter, "Tokens of models likewise: prompt tokens evaluated, and tokens generated.",
            ["model", "profile", "type", MetricRow.Ollama],
            snapshot => Totals(snapshot).SelectMany(pair => new[]
            {
                Sample.Of(pair.Key.Model, pair.Value.Tokens.Prompt, pair.Key.Profile, "prompt"),
                Sample.Of(pair.Key.Model, pair.Value.Tokens.Generated, pair.Key.Profile, "generated"),
            })),
    ];

    private static IEnumerable<KeyValuePair<(Core.Ollama.ModelKey Model, string Profile), ProfileTotals>> Totals(Snapshot snapshot) =>
        snapshot.Ledger.Profiles.IsKnown ? snapshot.Ledger.Profiles.Totals.Where(pair => pair.Key.Model.Named) : [];
}
