using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Agent.Export.Otlp;

/// <summary>The exporter, whose failures are counted.</summary>
internal sealed class CountedExporter(OtlpExporterOptions options, OtlpHealth health) : OtlpMetricExporter(options)
{
    public override ExportResult Export(in Batch<Metric> metrics)
    {
        var result = base.Export(metrics);
        health.Ended(result == ExportResult.Success);
        return result;
    }
}
