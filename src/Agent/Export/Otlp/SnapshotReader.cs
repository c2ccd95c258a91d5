using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Export.Otlp;

/// <summary>Exports at intervals, on a thread of its own; all of one export is of one snapshot.</summary>
internal sealed class SnapshotReader(BaseExporter<Metric> exporter, TimeSpan interval, TimeSpan timeout, Action take)
    : PeriodicExportingMetricReader(exporter, (int)interval.TotalMilliseconds, (int)timeout.TotalMilliseconds)
{
    protected override bool OnCollect(int timeoutMilliseconds)
    {
        take();
        return base.OnCollect(timeoutMilliseconds);
    }
}
