using System.Runtime.InteropServices;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Agent.Export.Otlp;

/// <summary>Sends what <c>/metrics</c> shows to a collector.</summary>
/// <param name="target">Where it goes.</param>
/// <param name="rows">What is sent.</param>
/// <param name="snapshot">What is so now; it may wait for the disk a moment.</param>
/// <param name="version">The agent's.</param>
/// <param name="log">Told when the collector goes and comes.</param>
internal sealed class OtlpExport(
    OtlpTarget target, IReadOnlyList<OtlpRow> rows, Func<CancellationToken, ValueTask<Snapshot>> snapshot, string version, ILogger log)
    : IHostedService, IDisposable
{
    /// <summary>Series a metric may have: a hundred models by category and part of the host.</summary>
    private const int MostSeries = 10_000;

    /// <summary>How long a collector may take at the agent's end.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    private static readonly string[] OwnCertificates =
        ["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY"];

    private readonly OtlpInstruments _instruments = new(rows);
    private MeterProvider? _provider;

    public OtlpHealth Health { get; } = new($"{target.Endpoint}", log);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var options = new OtlpExporterOptions { Endpoint = target.Endpoint, Protocol = target.Protocol }; // the rest is the environment's
        if (target.Headers is not null)
        {
            options.Headers = target.Headers;
        }

        if (!OwnCertificates.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            options.HttpClientFactory = () => new HttpClient(new HeardHandler(Health)) { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) };
        }

        var builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(OtlpInstruments.MeterName)
            .AddView(instrument => rows.FirstOrDefault(row => row.Name == instrument.Name && row.Type == MetricType.Histogram) is { } histogram
                ? new ExplicitBucketHistogramConfiguration { Boundaries = [.. histogram.Buckets], CardinalityLimit = MostSeries }
                : new MetricStreamConfiguration { CardinalityLimit = MostSeries })
            .AddReader(new SnapshotReader(new CountedExporter(options, Health), target.Interval, TimeSpan.FromMilliseconds(options.TimeoutMilliseconds), Take)
            {
                TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
            });
        _provider = builder.Build();
        return Task.CompletedTask;
    }

    /// <summary>Exports what there is, once more.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => _provider?.Shutdown((int)LastWord.TotalMilliseconds), cancellationToken);

    public void Dispose()
    {
        _provider?.Dispose();
        _instruments.Dispose();
    }

    /// <summary>On the reader's own thread: nobody else waits for it.</summary>
    private void Take() => _instruments.Take(snapshot(CancellationToken.None).AsTask().GetAwaiter().GetResult());

    private ResourceBuilder Resource()
    {
        var host = Environment.MachineName;
        var attributes = new Dictionary<string, object>
        {
            ["host.name"] = host,
            ["host.arch"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            ["os.type"] = "linux",
        };
        if (MachineId() is { } id)
        {
            attributes["host.id"] = id;
        }

        // One joulet a host: its instance is the host's. What the environment says of the resource wins.
        return ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService("joulet", serviceVersion: version, autoGenerateServiceInstanceId: false, serviceInstanceId: host)
            .AddAttributes(attributes)
            .AddEnvironmentVariableDetector();
    }

    /// <summary>Null where it cannot be read, as in many containers.</summary>
    private static string? MachineId()
    {
        try
        {
            return File.ReadLines("/etc/machine-id").FirstOrDefault() is { Length: 32 } id ? id : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
