using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Agent.Tests.Binary;

[Collection(nameof(InRealTime))]
public sealed class DemoTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_demo_measures_the_truth_and_prometheus_reads_it()
    {
        var stop = TestContext.Current.CancellationToken;
        var address = PublishedBinary.FreeAddress();
        using var prometheus = await Prometheus.StartAsync(address, stop); // it takes a second, and its port must not be taken meanwhile
        using var binary = PublishedBinary.Start(["demo", "--for", "62s", "--listen", address]);

        var scrape = await binary.ScrapeAsync(
            address, scrape => scrape.Sum("joulet_model_tokens_total", "generated") > 100, stop);
        await Prometheus.LintAsync(scrape.Text, stop);
        Assert.Equal(
            scrape.Sum("joulet_host_energy_joules_total"),
            scrape.Sum("joulet_energy_joules_total"),
            1e-6);
        Assert.InRange(scrape.Text.Split('\n').Count(line => line.Length > 0 && line[0] != '#'), 50, 300);

        var tokens = await prometheus.QueryAsync("max_over_time(joulet_model_tokens_total{model=\"llama3.1:8b\",type=\"generated\"}[2m])", value => value > 300, stop);
        var exit = await binary.ExitAsync(stop);
        output.WriteLine(binary.Output);

        Assert.True(tokens > 300);
        Assert.True(exit == 0, binary.Output);
        Assert.Contains("Every model is within 3 % of the truth.", binary.Output, StringComparison.Ordinal);
        AssertInOrder(binary.Output, "The power profile is balanced.", "The power profile is performance.", "The power profile is low-power.");
        AssertInOrder(binary.Output, "advice: none", "advice: model_on_cpu", "advice: none");
        AssertInOrder(
            binary.Output,
            "Advice model_on_cpu: Of qwen2.5:14b's 36.0 GB only 23.6 GB are on the GPU",
            "Take a smaller quantisation or context",
            "Advice model_on_cpu is settled.");
        Assert.Matches(@"generation: balanced \d\.\d{3} \(true \d\.\d{3}\), low-power \d\.\d{3} \(true \d\.\d{3}\), performance ", binary.Output);
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

    /// <summary>Debian's Prometheus, scraping one address every second.</summary>
    private sealed class Prometheus : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-prometheus-");
        private readonly HttpClient _http = new();
        private readonly string _listen = PublishedBinary.FreeAddress();
        private readonly Process _process;
        private readonly StringBuilder _said = new();

        private Prometheus(string target)
        {
            var config = Path.Combine(_folder.FullName, "prometheus.yml");
            File.WriteAllText(config, $"global: {{ scrape_interval: 1s }}\nscrape_configs:\n  - job_name: joulet\n    static_configs: [{{ targets: ['{target}'] }}]\n");
            _process = Process.Start(new ProcessStartInfo("prometheus",
            [
                $"--config.file={config}", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address={_listen}", "--log.level=error",
            ])
            { RedirectStandardError = true, UseShellExecute = false })!;
            _process.ErrorDataReceived += (_, line) =>
            {
                lock (_said)
                {
                    _said.AppendLine(line.Data);
                }
            };
            _process.BeginErrorReadLine();
        }

        private string Said
        {
            get
            {
                lock (_said)
                {
                    return _said.ToString();
                }
            }
        }

        /// <summary>One that is ready.</summary>
        public static async Task<Prometheus> StartAsync(string target, CancellationToken stop)
        {
            var prometheus = new Prometheus(target);
            for (var tries = 0; tries < 300; tries++)
            {
                Assert.False(prometheus._process.HasExited, prometheus.Said);
                try
                {
                    using var answer = await prometheus._http.GetAsync(new Uri($"http://{prometheus._listen}/-/ready"), stop);
                    if (answer.IsSuccessStatusCode)
                    {
                        return prometheus;
                    }
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }

                await Task.Delay(100, stop);
            }

            throw new TimeoutException($"Prometheus never became ready: {prometheus.Said}");
        }

        /// <summary>promtool has nothing to say of a text.</summary>
        public static async Task LintAsync(string text, CancellationToken stop)
        {
            using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            await promtool.StandardInput.WriteAsync(text.AsMemory(), stop);
            promtool.StandardInput.Close();
            var said = await promtool.StandardOutput.ReadToEndAsync(stop) + await promtool.StandardError.ReadToEndAsync(stop);
            await promtool.WaitForExitAsync(stop);
            Assert.Equal("", said);
            Assert.Equal(0, promtool.ExitCode);
        }

        /// <summary>A query's single value once it is as wanted.</summary>
        public async Task<double> QueryAsync(string query, Func<double, bool> until, CancellationToken stop)
        {
            var url = new Uri($"http://{_listen}/api/v1/query?query={Uri.EscapeDataString(query)}");
            for (var tries = 0; tries < 400; tries++)
            {
                await Task.Delay(100, stop);
                try
                {
                    using var answer = JsonDocument.Parse(await _http.GetStringAsync(url, stop));
                    var result = answer.RootElement.GetProperty("data").GetProperty("result");
                    if (result.GetArrayLength() == 1
                        && double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture) is var value
                        && until(value))
                    {
                        return value;
                    }
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }
            }

            var targets = await _http.GetStringAsync(new Uri($"http://{_listen}/api/v1/targets"), stop);
            throw new TimeoutException($"Prometheus never answered {query} as wanted. It said: {Said} Its target: {targets}");
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _http.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
