using System.Collections;
using System.Globalization;
using OpenTelemetry.Exporter;

namespace Agent.Export.Otlp;

/// <summary>Where metrics go, by our configuration and OpenTelemetry's own environment variables; ours win.</summary>
/// <param name="Endpoint">A collector; with http/protobuf the whole path.</param>
/// <param name="Protocol">How it is spoken to.</param>
/// <param name="Interval">Between two exports.</param>
internal sealed record OtlpTarget(Uri Endpoint, OtlpExportProtocol Protocol, TimeSpan Interval)
{
    private const string General = "OTEL_EXPORTER_OTLP_", OfMetrics = "OTEL_EXPORTER_OTLP_METRICS_", Path = "/v1/metrics";

    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(15);

    /// <summary>Headers of metrics alone; null where those of all signals hold, which the exporter reads itself.</summary>
    public string? Headers { get; private init; }

    /// <summary>Null where nothing is to be exported.</summary>
    /// <param name="endpoint">As configured; empty for not.</param>
    /// <param name="protocol">grpc or http/protobuf; null for not configured.</param>
    /// <param name="interval">Null for not configured.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <returns>The target; and what of the environment cannot be used.</returns>
    public static (OtlpTarget? Target, string? Problem) Of(string endpoint, string? protocol, TimeSpan? interval, IDictionary environment)
    {
        string? Variable(string name) => environment[name] is string { Length: > 0 } value ? value : null;

        if (string.Equals(Variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase) || Variable("OTEL_METRICS_EXPORTER") == "none")
        {
            return (null, null);
        }

        var whole = endpoint.Length == 0 ? Variable($"{OfMetrics}ENDPOINT") : null; // metrics' own variable is used as it is
        var text = whole ?? (endpoint.Length > 0 ? endpoint : Variable($"{General}ENDPOINT"));
        if (text is null)
        {
            return (null, null);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return (null, $"environment variable {(whole is null ? General : OfMetrics)}ENDPOINT: is no address: write http://host:port");
        }

        var spoken = protocol ?? Variable($"{OfMetrics}PROTOCOL") ?? Variable($"{General}PROTOCOL") ?? "grpc";
        if (spoken is not ("grpc" or "http/protobuf"))
        {
            return (null, $"environment variable {General}PROTOCOL: '{spoken}' is none of grpc, http/protobuf");
        }

        var byHttp = spoken == "http/protobuf";
        var told = int.TryParse(Variable("OTEL_METRIC_EXPORT_INTERVAL"), CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds) : UsualInterval;
        return (new OtlpTarget(
            byHttp && whole is null && !uri.AbsolutePath.EndsWith(Path, StringComparison.Ordinal) ? new Uri($"{text.TrimEnd('/')}{Path}") : uri,
            byHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
            interval ?? told)
        {
            Headers = Variable($"{OfMetrics}HEADERS"),
        }, null);
    }
}
