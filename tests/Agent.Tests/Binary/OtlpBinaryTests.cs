using Agent.Tests.Export.Otlp;

namespace Agent.Tests.Binary;

[Collection(nameof(Waiting))]
public sealed class OtlpBinaryTests
{
    [Theory]
    [InlineData(false, "http/protobuf")]
    [InlineData(true, "grpc")]
    public async Task The_published_binary_sends_what_it_shows_with_the_environments_headers(bool grpc, string protocol)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var collector = await Collector.StartAsync(grpc);
        var root = Directory.CreateTempSubdirectory("joulet-otlp-").FullName;
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-tenant=lab",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
            ["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip",
        };
        using var binary = PublishedBinary.Start(
        [
            "run", "--listen", PublishedBinary.FreeAddress(), "--paths:sysfs", root, "--paths:procfs", root, "--ollama:upstream", $"http://{PublishedBinary.FreeAddress()}",
            "--otlp:endpoint", $"http://{collector.Address}", "--otlp:protocol", protocol,
        ], environment);

        var (points, resource) = await collector.ReceiveAsync();
        Assert.Contains(points, point => point.Name == "joulet.build_info" && point.Value == 1);
        Assert.Equal(("lab", "test", "joulet"), (collector.Headers["x-tenant"], resource["deployment.environment.name"], resource["service.name"]));
        Assert.Equal(0, await binary.StopAsync(stop));
        Assert.Contains("takes the metrics.", binary.Output, StringComparison.Ordinal);
    }
}
