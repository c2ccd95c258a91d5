using Agent.Config;
using Agent.Export;
using Agent.Export.Otlp;
using Agent.Web;

namespace Agent.Commands;

/// <summary>Who is sent what /metrics shows.</summary>
internal static partial class OtlpParts
{
    /// <summary>Null where nobody is.</summary>
    public static OtlpExport? Export(
        OtlpConfig config, IReadOnlyList<MetricRow> rows, Func<CancellationToken, ValueTask<Snapshot>> snapshot, ILoggerFactory logs)
    {
        var log = logs.CreateLogger("joulet");
        var (target, problem) = OtlpTarget.Of(config.Endpoint, config.Protocol, config.Interval, Environment.GetEnvironmentVariables());
        if (problem is not null)
        {
            log.NotSent(problem);
        }

        return target is null ? null : new OtlpExport(target, [.. rows.Select(OtlpRow.Of), .. SemanticMetrics.Rows], snapshot, ProcessVitals.Version, log);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "OTLP: nothing is sent: {Problem}")]
    private static partial void NotSent(this ILogger log, string problem);
}
