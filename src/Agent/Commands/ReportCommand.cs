using Agent.Config;
using Agent.Core.History;
using Agent.Grid;
using Agent.History;
using Agent.Reporting;

namespace Agent.Commands;

/// <summary>What a day, month or year cost, from the hours that were kept. The agent may run meanwhile.</summary>
internal static class ReportCommand
{
    /// <summary>Prints it, or writes it to a file.</summary>
    /// <returns>0; 1 where there is nothing to report or it cannot be read; 2 for no period.</returns>
    public static async Task<int> RunAsync(AgentConfig config, ReportOptions options, TimeProvider time, TextWriter output, TextWriter error)
    {
        var now = time.GetUtcNow();
        var (period, wrong) = Period.Parse(options.Period, now, config.Zone);
        if (period is null)
        {
            await error.WriteLineAsync($"joulet: {wrong}");
            return CommandLine.BadUsage;
        }

        if (options.File is { } file && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
        {
            await error.WriteLineAsync($"joulet: --html: {file}: there is no such folder");
            return CommandLine.BadUsage;
        }

        try
        {
            var problem = Make(config, options, period, now, output);
            if (problem is null)
            {
                return 0;
            }

            await error.WriteLineAsync($"joulet: {problem}");
        }
        catch (Exception failure) when (StateFaults.IsExpected(failure))
        {
            await error.WriteLineAsync($"joulet: the history in {config.Paths.State} cannot be read: {failure.Message} It is its owner's: try sudo joulet report.");
        }

        return 1;
    }

    private static string? Make(AgentConfig config, ReportOptions options, Period period, DateTimeOffset now, TextWriter output)
    {
        var path = new StateFolder(config.Paths.State, StateFolder.HistoryName).File;
        if (config.Paths.State.Length == 0 || !File.Exists(path))
        {
            return $"there is no history at {path}: joulet run writes it, from its first minutes on, where paths.state is set and may be read by you (sudo joulet report).";
        }

        var (connection, problem) = HistorySchema.Open(path, write: false);
        if (connection is null)
        {
            return $"{problem}.";
        }

        using var history = new HistoryFile(connection);
        if (options.Form == ReportForm.Csv)
        {
            ReportCsv.Write(output, period, Hours(history, period), Tokens(history, period));
            return null;
        }

        var report = Report.Of(period, Hours(history, period), Tokens(history, period), now);
        if (report.HourCount == 0)
        {
            return $"history has nothing of {period.Name}.";
        }

        // What is not over yet is held against as much of the one before it.
        var isOver = now >= period.To;
        var end = isOver ? period.Before.To : Earlier(period.Before.To, period.Before.From + (now - period.From));
        var before = Report.Of(period.Before, Hours(history, period.Before, end), Tokens(history, period.Before, end), end);
        Write(output, options, ReportData.Of(report, before, GridTable.Find(ReportData.CloudCountry)!.Grams, config.Carbon.Pue, isOver));
        return null;
    }

    private static void Write(TextWriter output, ReportOptions options, ReportData data)
    {
        switch (options.Form)
        {
            case ReportForm.Json:
                using (var buffer = new MemoryStream())
                {
                    ReportJson.Write(buffer, data);
                    output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
                }

                break;
            case ReportForm.Html:
                var unfinished = $"{options.File}.new";
                using (var file = new StreamWriter(unfinished))
                {
                    ReportHtml.Write(file, data);
                }

                File.Move(unfinished, options.File!, overwrite: true);
                output.WriteLine($"{options.File} is written.");
                break;
            default:
                ReportText.Write(output, data);
                break;
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static IEnumerable<HourRow> Hours(HistoryFile history, Period period, DateTimeOffset? end = null) =>
        history.Hours(period.From.ToUnixTimeSeconds(), (end ?? period.To).ToUnixTimeSeconds())
            .Select(row => row with { Cell = row.Cell.Part(Until(row.Key.Start, end)) });

    private static IEnumerable<TokenRow> Tokens(HistoryFile history, Period period, DateTimeOffset? end = null) =>
        history.Tokens(period.From.ToUnixTimeSeconds(), (end ?? period.To).ToUnixTimeSeconds())
            .Select(row => row with { Counts = row.Counts.Part(Until(row.Start, end)) });

    /// <summary>What part of an hour lies before an end: the hour that is not over is held against as much of an hour.</summary>
    private static double Until(long start, DateTimeOffset? end) => end is { } until ? Math.Clamp((until - DateTimeOffset.FromUnixTimeSeconds(start)).TotalHours, 0, 1) : 1;
}
