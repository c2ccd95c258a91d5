using System.Globalization;
using Agent.Core.Attribution;
using Agent.Core.Metering;
using Agent.Core.Ollama;
using Agent.Core.Units;
using Agent.Export;
using Agent.Export.Otlp;
using Agent.Tests.Binary;
using Agent.Tests.Proxy;
using Agent.Tests.Recording;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Otlp;

public sealed class OtlpTests : IDisposable
{
    private static readonly Dictionary<string, string> UnitWords = new()
    {
        ["J"] = "_joules",
        ["W"] = "_watts",
        ["s"] = "_seconds",
        ["By"] = "_bytes",
        ["Hz"] = "_hertz",
        ["Cel"] = "_celsius",
        ["V"] = "_volts",
        ["A"] = "_amperes",
        ["g"] = "_grams",
    };

    private readonly LoggedLines _log = new();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_collector_gets_every_value_that_metrics_shows_at_the_same_snapshot(bool grpc)
    {
        await using var collector = await Collector.StartAsync(grpc);
        var ledger = Worked();
        using var export = Export(collector, grpc, () => ledger);
        await export.StartAsync(TestContext.Current.CancellationToken);
        var (points, resource) = await collector.ReceiveAsync();
        await export.StopAsync(TestContext.Current.CancellationToken);
        var scrape = new Scrape(await MetricsText.OfAsync(ledger));

        var sent = points.Where(point => point.Kind != "histogram" && !point.Name.StartsWith("hw.", StringComparison.Ordinal) && !point.Name.StartsWith("gen_ai.", StringComparison.Ordinal))
            .Select(point => $"{Translated(point.Name, point.Unit, point.Kind == "counter")} {string.Join(",", point.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))} {point.Value.ToString("R", CultureInfo.InvariantCulture)}")
            .Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(Shown(scrape.Text), sent);
        Assert.True(sent.Length > 40);
        Assert.All(points, point => Assert.True(point.Cumulative));
        var durations = points.Single(point => point.Name == "joulet.model_request_duration");
        Assert.Equal((2, 1.5), (durations.Count, Math.Round(durations.Value, 9)));
        Assert.Equal(scrape.Sum("joulet_gpu_energy_joules_total"), points.Single(point => point.Name == "hw.energy").Value);
        Assert.Equal("gpu", points.Single(point => point.Name == "hw.energy").Attributes["hw.type"]);
        Assert.Equal(("joulet", "1.2.3", Environment.MachineName), (resource["service.name"], resource["service.version"], resource["host.name"]));
        Assert.True(export.Health.Up);
    }

    [Fact]
    public void Prometheus_makes_of_each_name_the_one_that_metrics_shows() =>
        Assert.All(MetricCatalog.Rows(severalOllamas: true), row =>
            Assert.Equal(row.Name, Translated(OtlpName.Of(row).Name, OtlpName.Of(row).Unit ?? "", row.Type == MetricType.Counter)));

    [Fact]
    public async Task A_collector_that_was_away_gets_all_that_was_counted_and_it_is_said_once()
    {
        var address = PublishedBinary.FreeAddress();
        var tokens = 0L;
        using var export = Export($"http://{address}", grpc: false, () => Generated(tokens));
        await export.StartAsync(TestContext.Current.CancellationToken);
        while (export.Health.Failures["unreachable"] < 3)
        {
            tokens += 100;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.False(export.Health.Up);
        tokens = 1_000_000;
        await using var collector = await Collector.StartAsync(grpc: false, address);
        var (points, _) = await collector.ReceiveAsync();
        await export.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1_000_000, points.Single(point => point.Name == "joulet.model_tokens" && point.Attributes["type"] == "generated").Value);
        Assert.Single(_log.Lines, line => line.Contains("does not take the metrics", StringComparison.Ordinal));
        Assert.Single(_log.Lines, line => line.Contains("takes the metrics.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, "denied")]
    [InlineData(404, "refused")]
    [InlineData(500, "server")]
    public async Task What_a_collector_answers_instead_is_told_and_counted(int answer, string reason)
    {
        await using var collector = await Collector.StartAsync(grpc: false);
        collector.Answer = answer;
        using var export = Export(collector, grpc: false, Worked);
        await export.StartAsync(TestContext.Current.CancellationToken);
        while (export.Health.Failures[reason] == 0)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await export.StopAsync(TestContext.Current.CancellationToken);
        Assert.Contains(_log.Lines, line => line.Contains($"It answers {answer}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://c:4317", null, "", "http://c:4317/", OtlpExportProtocol.Grpc, 15)]
    [InlineData("http://c:4318", "http/protobuf", "", "http://c:4318/v1/metrics", OtlpExportProtocol.HttpProtobuf, 15)]
    [InlineData("http://c:4318/v1/metrics", "http/protobuf", "", "http://c:4318/v1/metrics", OtlpExportProtocol.HttpProtobuf, 15)]
    [InlineData("", null, "OTEL_EXPORTER_OTLP_ENDPOINT=http://e:1;OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "http://e:1/v1/metrics", OtlpExportProtocol.HttpProtobuf, 15)]
    [InlineData("", null, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://e:1/x;OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf;OTEL_METRIC_EXPORT_INTERVAL=60000", "http://e:1/x", OtlpExportProtocol.HttpProtobuf, 60)]
    [InlineData("http://c:4317", "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=http://e:1;OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "http://c:4317/", OtlpExportProtocol.Grpc, 15)]
    public void Our_configuration_wins_over_the_environments_and_either_is_enough(
        string endpoint, string? protocol, string environment, string target, OtlpExportProtocol spoken, int seconds)
    {
        var (found, problem) = OtlpTarget.Of(endpoint, protocol, null, Variables(environment));

        Assert.Null(problem);
        Assert.Equal((new Uri(target), spoken, TimeSpan.FromSeconds(seconds)), (found!.Endpoint, found.Protocol, found.Interval));
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("http://c:4317", "OTEL_SDK_DISABLED=true", null)]
    [InlineData("http://c:4317", "OTEL_METRICS_EXPORTER=none", null)]
    [InlineData("", "OTEL_EXPORTER_OTLP_ENDPOINT=collector", "environment variable OTEL_EXPORTER_OTLP_ENDPOINT: is no address: write http://host:port")]
    [InlineData("http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "environment variable OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is none of grpc, http/protobuf")]
    public void Without_a_collector_or_switched_off_nothing_is_sent_and_what_cannot_be_used_is_told(string endpoint, string environment, string? problem) =>
        Assert.Equal((null, problem), OtlpTarget.Of(endpoint, null, null, Variables(environment)));

    private static Dictionary<string, string> Variables(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    /// <summary>As Prometheus' UnderscoreEscapingWithSuffixes does.</summary>
    private static string Translated(string name, string unit, bool counter)
    {
        var text = name.Replace('.', '_');
        var word = unit is "" or "{token}" ? "" : unit == "1" ? (counter ? "" : "_ratio") : UnitWords[unit];
        text = word.Length > 0 && !text.EndsWith(word, StringComparison.Ordinal) ? text + word : text;
        return counter && !text.EndsWith("_total", StringComparison.Ordinal) ? $"{text}_total" : text;
    }

    /// <summary>The lines of <c>/metrics</c>, but for histograms, with labels in order and without empty ones.</summary>
    private static string[] Shown(string text) =>
    [
        .. from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           where line[0] != '#' && !line.Contains("_bucket{", StringComparison.Ordinal) && !line.Contains("_sum{", StringComparison.Ordinal) && !line.Contains("_count{", StringComparison.Ordinal)
           let space = line.LastIndexOf(' ')
           let brace = line.IndexOf('{', StringComparison.Ordinal)
           let labels = brace < 0 ? [] : line[(brace + 1)..(space - 1)].Split("\",", StringSplitOptions.RemoveEmptyEntries).Select(label => label.Replace("\"", "", StringComparison.Ordinal)).Where(label => !label.EndsWith('='))
           let value = double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture)
           let shown = $"{(brace < 0 ? line[..space] : line[..brace])} {string.Join(",", labels.Order(StringComparer.Ordinal))} {value.ToString("R", CultureInfo.InvariantCulture)}"
           orderby shown
           select shown,
    ];

    private static Ledger Generated(long tokens)
    {
        var model = ModelKey.OfName("m:latest");
        return Ledger.Empty with
        {
            Models = Ledger.Empty.Models.Add(model, ModelTotals.None with { Source = TokenSource.Runner, Tokens = new TokenCounts(7, 2, tokens) }),
        };
    }

    /// <summary>A GPU, a model, and two requests that took 1.5 s.</summary>
    private static Ledger Worked()
    {
        var gpu = new Device(DeviceKind.Gpu, "GPU-1", "nvml:GPU-1");
        var ledger = Generated(500)
            .Apply(new LedgerEvent.OllamaChecked(default, true, "0.33.2"))
            .Apply(new LedgerEvent.GpuStateRead(default, "GPU-1", new GpuState { TemperatureCelsius = 50, UtilizationRatio = 0.5, MemoryUsedBytes = 1_000_000_000 }));
        foreach (var at in new[] { 0, 1, 2 })
        {
            ledger = ledger.Apply(new LedgerEvent.DeviceRead(
                Moment.FromSeconds(at), gpu, new Reading.Counter(new Joules(40.25 * at)) { MostPower = new Watts(1000) }));
        }

        ledger = ledger.Apply(new LedgerEvent.TickEnded(Moment.FromSeconds(2), Moment.FromSeconds(2)));
        return PrometheusExpositionTests.Ended(PrometheusExpositionTests.Ended(ledger, 1, 0.3, 0.05), 2, 1.2, null);
    }

    private OtlpExport Export(Collector collector, bool grpc, Func<Ledger> ledger) => Export($"http://{collector.Address}", grpc, ledger);

    private OtlpExport Export(string endpoint, bool grpc, Func<Ledger> ledger)
    {
        var (target, _) = OtlpTarget.Of(endpoint, grpc ? "grpc" : "http/protobuf", TimeSpan.FromMilliseconds(200), new Dictionary<string, string>());
        return new OtlpExport(
            target!,
            [.. MetricCatalog.Rows(severalOllamas: false).Select(OtlpRow.Of), .. SemanticMetrics.Rows],
            _ => ValueTask.FromResult(new Snapshot(ledger(), new Vitals("1.2.3", 0, 0, 0, OpenFiles: null))),
            "1.2.3",
            _log);
    }
}
