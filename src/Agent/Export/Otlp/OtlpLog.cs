namespace Agent.Export.Otlp;

/// <summary>What the log tells of exports.</summary>
internal static partial class OtlpLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "OTLP: {Endpoint} takes the metrics.")]
    public static partial void Taken(this ILogger log, string endpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "OTLP: {Endpoint} does not take the metrics. {Reason} Counters lose nothing by that: the next export tells all they counted.")]
    public static partial void NotTaken(this ILogger log, string endpoint, string reason);
}
