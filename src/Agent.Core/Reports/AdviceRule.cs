using System.Globalization;
using Agent.Core.Attribution;

namespace Agent.Core.Reports;

/// <summary>A rule that looks for what costs joules.</summary>
/// <param name="Id">Its name, as the metric's label has it.</param>
/// <param name="Help">What it looks for, in a few words.</param>
/// <param name="Find">Each case found: its reason and what to do; none where all is well or nothing is known.</param>
public sealed record AdviceRule(string Id, string Help, Func<Ledger, IEnumerable<(string Reason, string Fix)>> Find)
{
    /// <summary>Every rule there is.</summary>
    public static IReadOnlyList<AdviceRule> All { get; } = [.. ModelAdvice.Rules, .. GpuAdvice.Rules, .. MachineAdvice.Rules];

    /// <summary>What this machine could do better now, rule by rule.</summary>
    public static IEnumerable<Advice> Of(Ledger ledger) =>
        All.SelectMany(rule => rule.Find(ledger).Select(found => new Advice(rule.Id, found.Reason, found.Fix)));

    /// <summary>Numbers are written the same everywhere.</summary>
    internal static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    internal static string Of(TimeSpan time) => time.TotalHours >= 1 ? Say($"{time.TotalHours:0.#} h") : Say($"{time.TotalMinutes:0} min");

    internal static string Gigabytes(double bytes) => Say($"{bytes / 1e9:0.0} GB");
}
