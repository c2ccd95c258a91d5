using Prometheus;

namespace Agent.Export;

/// <summary>Writes a snapshot as Prometheus text.</summary>
/// <remarks>
/// Each exposition gets a registry of its own, so that what is not in the snapshot is not in the text: a GPU that is gone
/// leaves no last value behind.
/// </remarks>
internal static class PrometheusExposition
{
    /// <summary>The content type of what is written.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static Task WriteAsync(Snapshot snapshot, Stream text, CancellationToken cancel)
    {
        var registry = Metrics.NewCustomRegistry();
        var factory = Metrics.WithCustomRegistry(registry);
        foreach (var row in MetricCatalog.Rows)
        {
            Sample[] samples = [.. row.Samples(snapshot)];
            if (samples.Length > 0)
            {
                Set(factory, row, samples);
            }
        }

        return registry.CollectAndExportAsTextAsync(text, cancel);
    }

    private static void Set(MetricFactory factory, MetricRow row, Sample[] samples)
    {
        if (row.Type == MetricType.Counter)
        {
            var options = new CounterConfiguration { SuppressInitialValue = true, ExemplarBehavior = ExemplarBehavior.NoExemplars() };
            var counter = factory.CreateCounter(row.Name, row.Help, row.Labels, options);
            foreach (var sample in samples)
            {
                counter.WithLabels(sample.Labels).IncTo(sample.Value);
            }

            return;
        }

        var gauge = factory.CreateGauge(row.Name, row.Help, row.Labels, new GaugeConfiguration { SuppressInitialValue = true });
        foreach (var sample in samples)
        {
            gauge.WithLabels(sample.Labels).Set(sample.Value);
        }
    }
}
