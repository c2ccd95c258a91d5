using Agent.Core.Attribution;
using Agent.Core.History;
using static Agent.Reporting.Figures;

namespace Agent.Reporting;

/// <summary>What the figures mean, in words: the same in every form of a report.</summary>
internal static class ReportWords
{
    /// <summary>Less than this is as good as all.</summary>
    private const double NearlyAll = 0.995;

    /// <summary>Half of the smallest share that is told.</summary>
    private const double NearlyNone = 0.005;

    /// <summary>Two periods were watched for about the same part.</summary>
    private const double AsMuch = 0.1;

    /// <summary>How far the figures can be trusted.</summary>
    public static IEnumerable<string> Quality(ReportData data)
    {
        var quality = data.Report.Quality;
        if (!data.IsOver)
        {
            yield return $"{data.Report.Period.Name} is not over: changes are against as much of {data.Before.Period.Name}.";
        }

        yield return $"joulet watched {Percent(quality.Watched)} of the time{(quality.Watched < NearlyAll ? "; what was drawn in the rest is in here only as far as the meters went on counting" : "")}.";
        yield return quality.EstimatedJoules <= NearlyNone ? "All energy is measured."
            : quality.EstimatedJoules > NearlyAll ? "All energy is estimated, as the configuration asks for."
            : $"{Percent(quality.EstimatedJoules)} of the energy is estimated, the rest is measured.";
        if (data.Before.Total.Sum.Energy.Value > 0 && data.Before.Quality.Watched < quality.Watched - AsMuch)
        {
            yield return $"Of {data.Before.Period.Name} joulet watched only {Percent(data.Before.Quality.Watched)}: changes since then say little.";
        }

        if (quality.UnexplainedJoules > NearlyNone)
        {
            yield return $"For {Percent(quality.UnexplainedJoules)} of the energy it could not be seen what it was for.";
        }

        if (quality.EstimatedTokens > NearlyNone)
        {
            yield return $"{Percent(quality.EstimatedTokens)} of the tokens are estimated.";
        }

        yield return quality.LiveGrams > NearlyAll
            ? "Emissions are reckoned with the grid's intensity of each hour, live or forecast, location-based."
            : $"Emissions are location-based: {(quality.LiveGrams > NearlyNone ? $"{Percent(quality.LiveGrams)} by the grid's intensity of the hour, the rest by averages or older figures" : "by an average of the grid, an older figure, or your own")}.";
    }

    /// <summary>What a model's joules were for.</summary>
    public static string Parts(ModelReport model)
    {
        var own = model.Own.Parts.Where(part => part.Value.Energy.Value > 0).Select(part => $"{Of(part.Key)} {Energy(part.Value.Energy.Value)}");
        var rest = model.IdleShare * model.Idle.Of(Category.Idle);
        return string.Join(", ", rest > 0 ? own.Append($"its share of idle {Energy(rest)}") : own);
    }

    /// <summary>Cost and emissions of a million tokens.</summary>
    public static string PerMillion(ModelReport model, ReportData data)
    {
        var told = data.Currencies.Where(currency => model.CostPerMillion(currency) is not null).Select(currency => Money(model.CostPerMillion(currency)!.Value, currency));
        return model.GramsPerMillionGenerated is { } grams ? $"a million generated tokens: {string.Join(", ", told.Prepend($"{Grams(grams)} CO2"))}" : "";
    }

    /// <summary>Whether the cloud would have taken less, and what that assumes.</summary>
    public static IEnumerable<string> Cloud(ReportData data)
    {
        var told = data.Cloud.Where(comparison => comparison.Cloud is not null).ToArray();
        if (told.Length == 0)
        {
            yield return "No model generated enough tokens, or nothing was published for models of that size at the time.";
            yield break;
        }

        foreach (var comparison in told.Where(comparison => comparison.Reference.Kind == "same-model"))
        {
            yield return $"The same tokens from {comparison.Reference.Name} would have taken {Amount(comparison)}; {Here(comparison)}. {BreakEven(comparison)}";
        }

        var frontier = told.Where(comparison => comparison.Reference.Kind == "frontier").OrderBy(comparison => comparison.Cloud!.Value.Central).ToArray();
        if (frontier.Length > 0)
        {
            var (first, middle) = (frontier[0], frontier[frontier.Length / 2]);
            yield return $"From a large (frontier) model in a cloud, {Energy(frontier.Min(one => one.Cloud!.Value.Low))} to {Energy(frontier.Max(one => one.Cloud!.Value.High))} by {frontier.Length} published figures, half of them below {Energy(middle.Cloud!.Value.Central)}; {Here(first)}. That is another model: its answers are not the same.";
        }

        yield return Say($"Assumed: a prompt token takes an eighth of a generated one (a fifteenth to a quarter); figures of the cloud hold its cooling and are those published at the time; its grid emits {data.CloudGrid:0} g/kWh ({ReportData.CloudCountry}); tokens of different models are taken to be alike.");
        yield return "Local energy is what is measured on this machine: without a meter of the whole machine it lacks disks, fans and the power supply's loss.";
    }

    public static string Amount(CloudComparison comparison) =>
        $"{Energy(comparison.Cloud!.Value.Central)} ({Energy(comparison.Cloud.Value.Low)} to {Energy(comparison.Cloud.Value.High)}), {Grams(comparison.CloudGrams.Central)} CO2";

    public static string BreakEven(CloudComparison comparison) => comparison switch
    {
        { Cloud: null } => "",
        { BreakEvenTokens: { } tokens } => $"Local takes less from {Count((long)Math.Ceiling(tokens))} generated tokens a day on, at this much loading and idle.",
        _ when comparison.ActiveJoules >= comparison.Cloud.Value.Central => "At no number of tokens does local take less: a token takes more here even without loading and idle.",
        _ => "",
    };

    private static string Here(CloudComparison comparison) =>
        $"here they took {Energy(comparison.FullJoules)}, {Energy(comparison.ActiveJoules)} of it without loading and idle, {Grams(comparison.Grams)} CO2";
}
