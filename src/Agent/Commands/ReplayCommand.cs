using Agent.Export;
using Agent.Recording;

namespace Agent.Commands;

/// <summary>Folds a recording again, and says what it comes to.</summary>
internal static class ReplayCommand
{
    /// <summary>Prints a summary, or the metrics of the ledger as it was at the end.</summary>
    /// <returns>0, or 2 where the file is no whole recording.</returns>
    public static async Task<int> RunAsync(string file, bool metrics, Stream output, TextWriter errors, CancellationToken cancel)
    {
        switch (Replay.Read(file, cancel))
        {
            case ReplayResult.Folded folded:
                if (folded.IsCut)
                {
                    await errors.WriteLineAsync($"joulet: {file}: is cut off in its last line, by a kill or because it is being written: replayed up to there.");
                }

                await (metrics ? MetricsAsync(folded, output, cancel) : SummaryAsync(folded, output, cancel));
                return 0;
            case ReplayResult.Refused refused:
                await errors.WriteLineAsync($"joulet: {refused.Problem}");
                break;
        }

        return CommandLine.BadUsage;
    }

    private static async Task SummaryAsync(ReplayResult.Folded folded, Stream output, CancellationToken cancel)
    {
        await using var text = new StreamWriter(output, leaveOpen: true);
        await text.WriteAsync(ReplayReport.Render(folded).AsMemory(), cancel);
    }

    /// <summary>Of the ledger alone: what the agent's own process cost is in no recording.</summary>
    private static Task MetricsAsync(ReplayResult.Folded folded, Stream output, CancellationToken cancel)
    {
        var rows = MetricCatalog.Rows(folded.Header.SeveralOllamas).Where(row => !row.Name.StartsWith("process_", StringComparison.Ordinal));
        return new PrometheusExposition([.. rows])
            .WriteAsync(new Snapshot(folded.Ledger, new Vitals(folded.Header.Version, 0, 0, 0, OpenFiles: null)), output, ExpositionFormat.Text, cancel);
    }
}
