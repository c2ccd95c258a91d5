using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Agent.Tests.Web;

namespace Agent.Tests.Binary;

/// <summary>Debian's Prometheus with the rules of the repository, scraping one address every second, over TLS with a password.</summary>
internal sealed class Prometheus : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("joulet-prometheus-");
    private readonly HttpClient _http = new();
    private readonly string _listen = PublishedBinary.FreeAddress();
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Prometheus(string target, WebConfigFolder access)
    {
        var config = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(config, $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ['{{Repository.Path("grafana/rules")}}/*.yaml']
            scrape_configs:
              - job_name: joulet
                scheme: https
                tls_config: { ca_file: '{{access.PathOf("server.crt")}}' }
                basic_auth: { username: '{{WebConfigFolder.User}}', password: '{{WebConfigFolder.Password}}' }
                static_configs: [{ targets: ['{{target}}'] }]
            """);
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
    public static async Task<Prometheus> StartAsync(string target, WebConfigFolder access, CancellationToken stop)
    {
        var prometheus = new Prometheus(target, access);
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

    /// <summary>How many series a query gives now; fails with Prometheus' own words where it is none.</summary>
    public async Task<int> CountAsync(string query, CancellationToken stop)
    {
        using var answer = await _http.GetAsync(new Uri($"http://{_listen}/api/v1/query?query={Uri.EscapeDataString(query)}"), stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        Assert.True(answer.IsSuccessStatusCode, $"{query}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
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
