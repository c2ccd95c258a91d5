namespace Agent.Tests.Binary;

[Collection(nameof(InRealTime))]
public sealed class DemoTests(RunningDemo demo, ITestOutputHelper log)
{
    [Fact]
    public async Task The_demo_measures_the_truth_and_prometheus_reads_it()
    {
        Assert.SkipWhen(demo.Run is null, "JOULET_BINARY names no published binary: make test publishes one.");
        var (output, exit, address) = await demo.Run!;
        log.WriteLine(output);

        Assert.True(exit == 0, output);
        Assert.Contains($"Its metrics: https://{address}/metrics", output, StringComparison.Ordinal);
        Assert.Contains("Every model is within 3 % of the truth.", output, StringComparison.Ordinal);
        AssertInOrder(output, "The power profile is balanced.", "The power profile is performance.", "The power profile is low-power.");
        AssertInOrder(output, "advice: none", "advice: model_on_cpu", "advice: none");
        AssertInOrder(
            output,
            "Advice model_on_cpu: Of qwen2.5:14b's 36.0 GB only 23.6 GB are on the GPU",
            "Take a smaller quantisation or context",
            "Advice model_on_cpu is settled.");
        Assert.Matches(@"generation: balanced \d\.\d{3} \(true \d\.\d{3}\), low-power \d\.\d{3} \(true \d\.\d{3}\), performance ", output);
    }

    private static void AssertInOrder(string text, params ReadOnlySpan<string> parts)
    {
        var from = 0;
        foreach (var part in parts)
        {
            var at = text.IndexOf(part, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"\"{part}\" is not in this, or not where it belongs:\n{text}");
            from = at + part.Length;
        }
    }
}
