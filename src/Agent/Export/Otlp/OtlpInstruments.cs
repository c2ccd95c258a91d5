using System.Diagnostics.Metrics;

namespace Agent.Export.Otlp;

/// <summary>Instruments that all tell one snapshot: the one that was taken when their reader began to collect.</summary>
internal sealed class OtlpInstruments : IDisposable
{
    public const string MeterName = "joulet";

    private readonly Meter _meter = new(MeterName);
    private readonly List<(OtlpRow Row, Histogram<double> Instrument, Dictionary<string, Core.Attribution.Histogram> Before)> _histograms = [];
    private Snapshot? _snapshot;

    public OtlpInstruments(IEnumerable<OtlpRow> rows)
    {
        foreach (var row in rows)
        {
            switch (row.Type)
            {
                case MetricType.Counter:
                    _meter.CreateObservableCounter(row.Name, () => Measure(row), row.Unit, row.Help);
                    break;
                case MetricType.Histogram:
                    _histograms.Add((row, _meter.CreateHistogram<double>(row.Name, row.Unit, row.Help), []));
                    break;
                default:
                    _meter.CreateObservableGauge(row.Name, () => Measure(row), row.Unit, row.Help);
                    break;
            }
        }
    }

    /// <summary>What is told from now on.</summary>
    public void Take(Snapshot snapshot)
    {
        _snapshot = snapshot;
        foreach (var (row, instrument, before) in _histograms)
        {
            foreach (var sample in row.Samples(snapshot))
            {
                Record(row, instrument, before, sample);
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Measure(OtlpRow row) => _snapshot is not { } snapshot
        ? []
        : row.Samples(snapshot).Select(sample => new Measurement<double>(sample.Value, Tags(row, sample)));

    /// <summary>A histogram cannot be observed, only recorded: what came since the last snapshot is, at its buckets' means, which keeps the sum right.</summary>
    private static void Record(OtlpRow row, Histogram<double> instrument, Dictionary<string, Core.Attribution.Histogram> before, Sample sample)
    {
        var (key, now) = (string.Join('\0', sample.Labels), sample.Buckets!);
        var then = before.GetValueOrDefault(key);
        var tags = Tags(row, sample);
        for (var i = 0; i < now.Buckets.Length; i++)
        {
            var (count, sum) = (now.Buckets[i].Count - (then?.Buckets[i].Count ?? 0), now.Buckets[i].Sum - (then?.Buckets[i].Sum ?? 0));
            for (var one = 0L; one < count; one++)
            {
                instrument.Record(sum / count, tags);
            }
        }

        before[key] = now;
    }

    /// <summary>A label without a value is none: an attribute says what is known.</summary>
    private static KeyValuePair<string, object?>[] Tags(OtlpRow row, Sample sample) =>
    [
        .. row.Labels.Zip(sample.Labels).Where(pair => pair.Second.Length > 0).Select(pair => KeyValuePair.Create(pair.First, (object?)pair.Second)),
    ];
}
