using System.Globalization;
using System.Text;
using Agent.Core.Attribution;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Simulation;

namespace Agent.Commands;

/// <summary>The demo's table: what the agent measured beside what truly happened.</summary>
internal static class DemoTable
{
    /// <summary>How far a measured figure may be off, as a share of the true one.</summary>
    public const double Tolerance = 0.03;

    /// <summary>Fewer tokens tell nothing.</summary>
    private const long FewestTokens = 30;

    /// <summary>What a short demo shows, and a long one does not.</summary>
    private const string Unlearned =
        "Before its first quiet seconds a loaded model's idle watts are not known and count as its tokens': give it a minute.";

    private static readonly Category[] Categories =
    [
        Category.Idle, Category.LoadedIdle, Category.Load, Category.Prompt, Category.Generation, Category.Other,
    ];

    /// <summary>
    /// A line a model, and one of its generation's joules per token by power profile; a line of watts by category since the last table; the
    /// profile, and what there is to advise now.
    /// </summary>
    public static string Render(Ledger before, Ledger now, Truth truth)
    {
        var text = new StringBuilder();
        text.AppendLine(Line($"{truth.At.TotalSeconds,5:0} s  {"model",-18}{"generated",10}{"measured J/token",19}{"true",8}{"error",9}"));
        foreach (var row in Rows(now, truth))
        {
            text.AppendLine(Line(
                $"{"",7}  {row.Model,-18}{row.Tokens,10}{Figure(row.Measured),19}{Figure(row.True),8}{Percent(row.Error),9}"));
            AppendProfiles(text, now, truth, row.Model);
        }

        text.AppendLine($"{"",7}  {Watts(before, now)}");
        var advice = string.Join(", ", Core.Reports.AdviceRule.Of(now).Select(advice => advice.Rule).Distinct());
        text.AppendLine($"{"",7}  power profile: {now.Machine.Policy.Profile ?? "unknown"}; advice: {(advice.Length > 0 ? advice : "none")}");
        return text.ToString();
    }

    /// <summary>The end: what was measured in all, and whether it is right.</summary>
    /// <returns>The text, and whether every figure is within <see cref="Tolerance"/>.</returns>
    public static (string Text, bool Right) Summary(Ledger now, Truth truth)
    {
        var rows = Rows(now, truth).ToArray();
        var right = rows.Length > 0 && rows.All(row => row.Right);
        var text = new StringBuilder();
        text.AppendLine(Line($"Measured {Booked(now).Value:0} J of {truth.Drawn.Value:0} J drawn; ledger imbalance {now.Imbalance.Value:g2} J."));
        foreach (var row in rows)
        {
            text.AppendLine(Line(
                $"  {row.Model,-18}{row.Tokens,7} of {row.TrueTokens} tokens, {Figure(row.Measured)} J/token measured, {Figure(row.True)} true, {Percent(row.Error)}: {Verdict(row)}"));
            AppendProfiles(text, now, truth, row.Model);
        }

        text.AppendLine(right
            ? Line($"Every model is within {Tolerance:P0} of the truth.")
            : Line($"Not every model is within {Tolerance:P0} of the truth. {Unlearned}"));
        return (text.ToString(), right);
    }

    private static IEnumerable<Row> Rows(Ledger ledger, Truth truth) =>
        from model in truth.Models
        let key = ModelKey.OfName(model.Name)
        let tokens = ledger.Models.GetValueOrDefault(key, ModelTotals.None).Tokens.Generated
        let active = Active(ledger, key)
        select new Row(
            model.Name,
            tokens,
            model.Generated,
            tokens >= FewestTokens ? active.Value / tokens : null,
            truth.ActiveJoulesPerToken(model.Name));

    /// <summary>Generation alone: prompts differ in length, and would hide what the profile does. One profile has nothing to be compared with.</summary>
    private static void AppendProfiles(StringBuilder text, Ledger ledger, Truth truth, string model)
    {
        var parts =
            from pair in ledger.Profiles.Totals
            where pair.Key.Model == ModelKey.OfName(model) && pair.Value.Tokens.Generated >= FewestTokens
            let generation = pair.Value.Energy.GetValueOrDefault(Category.Generation)
            let right = truth.Profiles.GetValueOrDefault((model, pair.Key.Profile))
            orderby pair.Key.Profile
            select $"{pair.Key.Profile} {Figure(generation.Value / pair.Value.Tokens.Generated)} (true {Figure(right.Generated > 0 ? right.Generation.Value / right.Generated : null)})";
        if (parts.ToArray() is { Length: > 1 } told)
        {
            text.AppendLine($"{"",7}    generation: {string.Join(", ", told)}");
        }
    }

    private static Joules Active(Ledger ledger, ModelKey model) => new(ledger.Devices.Values.Sum(device =>
        device.Accounts.GetValueOrDefault(new Account(Category.Prompt, model)).Value
        + device.Accounts.GetValueOrDefault(new Account(Category.Generation, model)).Value));

    private static Joules Booked(Ledger ledger) => new(ledger.Devices.Values
        .Where(device => device.Device.Component is not null)
        .Sum(device => device.Accounts.Values.Sum(joules => joules.Value)));

    private static string Watts(Ledger before, Ledger now)
    {
        var seconds = ((now.LastTick ?? default) - (before.LastTick ?? default)).TotalSeconds;
        var spent = new Core.Reports.Spent(before.Devices, now.Devices);
        return seconds <= 0
            ? ""
            : "watts: " + string.Join(
                ", ",
                Categories.Select(category => Line($"{Export.Labels.Of(category)} {spent.On(category).Value / seconds:0}")));
    }

    private static string Verdict(Row row) => row switch
    {
        { Measured: null } or { Tokens: < FewestTokens } => "too few tokens to tell",
        { Right: true } => "right",
        _ => "WRONG",
    };

    private static string Figure(double? joules) =>
        joules?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double? error) =>
        error?.ToString("+0.0 %;-0.0 %", CultureInfo.InvariantCulture) ?? "-";

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(string Model, long Tokens, long TrueTokens, double? Measured, double? True)
    {
        /// <summary>As a share of the truth.</summary>
        public double? Error => Measured is { } measured && True is > 0 and var truth ? (measured / truth) - 1 : null;

        public bool Right => Tokens >= FewestTokens && Error is { } error && Math.Abs(error) <= Tolerance;
    }
}
