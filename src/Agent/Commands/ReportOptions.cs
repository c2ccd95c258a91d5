using System.CommandLine;
using System.CommandLine.Parsing;
using Agent.Config;

namespace Agent.Commands;

/// <summary>What is asked of a report.</summary>
/// <param name="Period">As it was written.</param>
/// <param name="Form">How it is wanted.</param>
/// <param name="File">Where the page goes; null for other forms.</param>
internal sealed record ReportOptions(string Period, ReportForm Form, string? File)
{
    private static readonly Argument<string> Asked = new("PERIOD")
    {
        Description = "today, yesterday, month, year, 2026-11-23, 2026-11, 2026, or 2026-11-01..2026-11-15. Default: this month.",
        DefaultValueFactory = _ => "month",
    };

    private static readonly Option<bool> AsJson = new("--json") { Description = "Print it as JSON, in joules, grams and tokens." };

    private static readonly Option<bool> AsCsv = new("--csv") { Description = "Print a table for spreadsheets: a row for each part of the period, model and category." };

    private static readonly Option<string?> Html = new("--html") { Description = "Write a page with charts to a file. It is self-contained.", HelpName = "FILE" };

    /// <summary>The command.</summary>
    /// <param name="withConfig">Runs something with the configuration of a command line.</param>
    public static Command Command(Func<ParseResult, Func<AgentConfig, Task<int>>, Task<int>> withConfig)
    {
        var command = new Command("report", "What a day, month or year cost: energy, tokens, CO2 and money by model, where the joules went, and the same in a cloud.")
        {
            Asked, AsJson, AsCsv, Html,
        };
        command.Validators.Add(OneForm);
        command.SetAction((parsed, _) => withConfig(
            parsed, config => ReportCommand.RunAsync(config, Of(parsed), TimeProvider.System, Console.Out, Console.Error)));
        return command;
    }

    private static ReportOptions Of(ParseResult parsed) => new(
        parsed.GetValue(Asked)!,
        parsed.GetValue(AsJson) ? ReportForm.Json : parsed.GetValue(AsCsv) ? ReportForm.Csv : parsed.GetValue(Html) is null ? ReportForm.Text : ReportForm.Html,
        parsed.GetValue(Html));

    private static void OneForm(CommandResult given)
    {
        if (new Option[] { AsJson, AsCsv, Html }.Count(option => given.GetResult(option) is not null) > 1)
        {
            given.AddError("--json, --csv and --html do not go together: one form at a time.");
        }
    }
}
