using Prometheus;

namespace Agent.Export;

/// <summary>Writes snapshots as Prometheus text. One at a time: the registry holds the values of the snapshot written last.</summary>
internal sealed class PrometheusExposition
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Action<Snapshot>[] _setters;

    public PrometheusExposition(IReadOnlyList<MetricRow> rows)
    {
        var factory = Metrics.WithCustomRegistry(_registry);
        _setters =
        [
            .. rows.Select(row => row.Type switch
            {
                MetricType.Counter => Counter(factory, row),
                MetricType.Histogram => Histogram(factory, row),
                _ => Gauge(factory, row),
            }),
        ];
    }

    public Task WriteAsync(Snapshot snapshot, Stream text, ExpositionFormat format, CancellationToken cancel)
    {
        foreach (var set in _setters)
        {
            set(snapshot);
        }

        return _registry.CollectAndExportAsTextAsync(
            text, format == ExpositionFormat.OpenMetrics ? Prometheus.ExpositionFormat.OpenMetricsText : Prometheus.ExpositionFormat.PrometheusText, cancel);
    }

    private static Action<Snapshot> Counter(MetricFactory factory, MetricRow row)
    {
        var counter = factory.CreateCounter(row.Name, row.Help, row.Labels, new CounterConfiguration
        {
            SuppressInitialValue = true,
            ExemplarBehavior = ExemplarBehavior.NoExemplars(),
        });
        return snapshot => Set(row, snapshot, counter, sample => counter.WithLabels(sample.Labels).IncTo(sample.Value), counter.Unpublish);
    }

    private static Action<Snapshot> Gauge(MetricFactory factory, MetricRow row)
    {
        var gauge = factory.CreateGauge(row.Name, row.Help, row.Labels, new GaugeConfiguration { SuppressInitialValue = true });
        return snapshot => Set(row, snapshot, gauge, sample => gauge.WithLabels(sample.Labels).Set(sample.Value), gauge.Unpublish);
    }

    /// <summary>The library only observes: what came since the last snapshot is observed at its buckets' means, which keeps the sum right.</summary>
    private static Action<Snapshot> Histogram(MetricFactory factory, MetricRow row)
    {
        var histogram = factory.CreateHistogram(row.Name, row.Help, row.Labels, new HistogramConfiguration
        {
            Buckets = [.. row.Buckets],
            SuppressInitialValue = true,
            ExemplarBehavior = ExemplarBehavior.NoExemplars(),
        });
        var before = new Dictionary<string, Agent.Core.Attribution.Histogram>();
        return snapshot => Set(row, snapshot, histogram, sample => Observe(histogram.WithLabels(sample.Labels), before, sample), histogram.Unpublish);
    }

    private static void Observe(Prometheus.Histogram.Child histogram, Dictionary<string, Agent.Core.Attribution.Histogram> before, Sample sample)
    {
        var (key, now) = (string.Join('\0', sample.Labels), sample.Buckets!);
        var then = before.GetValueOrDefault(key);
        for (var i = 0; i < now.Buckets.Length; i++)
        {
            var (count, sum) = (now.Buckets[i].Count - (then?.Buckets[i].Count ?? 0), now.Buckets[i].Sum - (then?.Buckets[i].Sum ?? 0));
            if (count > 0)
            {
                histogram.Observe(sum / count, count);
            }
        }

        before[key] = now;
    }

    /// <summary>Sets a metric's values; those that are not in the snapshot any more leave no last value behind.</summary>
    private static void Set<T>(MetricRow row, Snapshot snapshot, Collector<T> metric, Action<Sample> set, Action unpublish)
        where T : ChildBase
    {
        var samples = row.Samples(snapshot).ToArray();
        if (row.Labels.Length == 0 && samples.Length == 0)
        {
            unpublish();
        }
        else if (row.Labels.Length > 0)
        {
            foreach (var labels in metric.GetAllLabelValues().Where(labels => !samples.Any(sample => sample.Labels.SequenceEqual(labels))).ToArray())
            {
                metric.RemoveLabelled(labels);
            }
        }

        foreach (var sample in samples)
        {
            set(sample);
        }
    }
}
