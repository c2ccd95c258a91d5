using Agent.Core.Reports;

namespace Agent.Export;

/// <summary>What on this machine costs joules that need not be.</summary>
internal static class AdviceMetrics
{
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("joulet_advice", MetricType.Gauge,
            "1 while there is something to do about what a rule looks for, else 0; joulet check and the log tell the reason and what to do. Rules: "
            + string.Join("; ", AdviceRule.All.Select(rule => $"{rule.Id} ({rule.Help})")) + ".",
            ["rule"],
            snapshot =>
            {
                var found = AdviceRule.Of(snapshot.Ledger).Select(advice => advice.Rule).ToHashSet();
                return AdviceRule.All.Select(rule => new Sample(found.Contains(rule.Id) ? 1 : 0, rule.Id));
            }),
    ];
}
